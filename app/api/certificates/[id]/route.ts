import { readCertificateFile } from "../../../../lib/queries/certificate.ts";
import { answerWithFile } from "../../file-answer.ts";

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** A certificate of erasure as it was signed, for those who check it without the console. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  // The id of one that is found is a uuid.
  const headers = { type: "application/json", name: `erasure-${id}.json` };
  return answerWithFile(headers, (console, actor) => readCertificateFile(console, actor, id));
}
