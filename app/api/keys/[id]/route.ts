import { currentActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import { Refused } from "../../../../lib/queries/refused.ts";
import { readPublicKey } from "../../../../lib/queries/signing-keys.ts";

const PRIVATE = { "Cache-Control": "private, no-store" };

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** A public key as a file, for those who verify bundles without the console. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const actor = await currentActor();
  if (actor === null) return new Response(null, { status: 401, headers: PRIVATE });
  const { id } = await params;
  try {
    const pem = await readPublicKey(await getConsole(), actor, id);
    if (pem === null) return new Response(null, { status: 404, headers: PRIVATE });
    return new Response(pem, {
      headers: {
        ...PRIVATE,
        "Content-Type": "application/x-pem-file",
        // The id is one of the records', hexadecimal digits only.
        "Content-Disposition": `attachment; filename="tenantry-${id.slice(0, 16)}.pem"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof Refused) return new Response(null, { status: 403, headers: PRIVATE });
    throw error;
  }
}
