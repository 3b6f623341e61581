import { currentActor } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import { answerManifest } from "./answer.ts";

export const dynamic = "force-dynamic";

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** The manifest as it stands in the file. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  return answerManifest(await getConsole(), await currentActor(), (await params).id);
}
