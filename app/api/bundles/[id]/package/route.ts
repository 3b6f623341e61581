import { currentSession } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import { answerPackage } from "./answer.ts";

export const dynamic = "force-dynamic";

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** The bundle re-packed for the tenant's own people; by a link that its page makes. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  return answerPackage(await getConsole(), await currentSession(), (await params).id, request);
}
