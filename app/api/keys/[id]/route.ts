import { readPublicKey } from "../../../../lib/queries/signing-keys.ts";
import { answerWithFile } from "../../file-answer.ts";

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** A public key as a file, for those who verify bundles without the console. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  // The id of one that is found has hexadecimal digits only.
  const headers = { type: "application/x-pem-file", name: `tenantry-${id.slice(0, 16)}.pem` };
  return answerWithFile(headers, (console, actor) => readPublicKey(console, actor, id));
}
