import { currentActor } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import { readPlatformFileText } from "../../../../../lib/queries/platform-file.ts";
import { Refused } from "../../../../../lib/queries/refused.ts";

const PRIVATE = { "Cache-Control": "private, no-store" };

/** A platform's file as it was saved, `?version=` for an earlier one. */
export async function GET(
  request: Request,
  { params }: { readonly params: Promise<{ readonly platform: string }> },
): Promise<Response> {
  const actor = await currentActor();
  if (actor === null) return new Response(null, { status: 401, headers: PRIVATE });
  const asked = new URL(request.url).searchParams.get("version");
  const version = asked === null ? null : Number(asked);
  if (version !== null && !(Number.isSafeInteger(version) && version > 0))
    return new Response(null, { status: 400, headers: PRIVATE });
  try {
    const { platform } = await params;
    const file = await readPlatformFileText(await getConsole(), actor, platform, version);
    if (file === null) return new Response(null, { status: 404, headers: PRIVATE });
    return new Response(file.text, {
      headers: {
        ...PRIVATE,
        "Content-Type": "application/yaml; charset=utf-8",
        "Content-Disposition": `attachment; filename="platform.yaml"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof Refused) return new Response(null, { status: 403, headers: PRIVATE });
    throw error;
  }
}
