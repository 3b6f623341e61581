import { currentActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import { readCertificateFile } from "../../../../lib/queries/certificate.ts";
import { Refused } from "../../../../lib/queries/refused.ts";

const PRIVATE = { "Cache-Control": "private, no-store" };

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** A certificate of erasure as it was signed, for those who check it without the console. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const actor = await currentActor();
  if (actor === null) return new Response(null, { status: 401, headers: PRIVATE });
  const { id } = await params;
  try {
    const file = await readCertificateFile(await getConsole(), actor, id);
    if (file === null) return new Response(null, { status: 404, headers: PRIVATE });
    return new Response(file, {
      headers: {
        ...PRIVATE,
        "Content-Type": "application/json",
        // The id is one of the records': a uuid.
        "Content-Disposition": `attachment; filename="erasure-${id}.json"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof Refused) return new Response(null, { status: 403, headers: PRIVATE });
    throw error;
  }
}
