import { currentSession } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import { answerFile } from "./answer.ts";

export const dynamic = "force-dynamic";

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** The bundle's file, or the part of it that is asked for; by a link that its page makes. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  return answerFile(await getConsole(), await currentSession(), (await params).id, request);
}

/** What a download would send; nothing is recorded. */
export async function HEAD(request: Request, { params }: Context): Promise<Response> {
  return answerFile(await getConsole(), await currentSession(), (await params).id, request);
}
