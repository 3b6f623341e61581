import { currentSession } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import { answerUpload } from "./answer.ts";

export const dynamic = "force-dynamic";

/** A bundle's file, streamed; its page is /bundles/upload. */
export async function POST(request: Request): Promise<Response> {
  return answerUpload(await getConsole(), await currentSession(), request);
}
