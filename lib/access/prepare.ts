/** What access does once in a web process, at its start. */
import { Refusal } from "../findings/finding.ts";
import { recordsUrl } from "../records/config.ts";
import { settleAddresses } from "./client-address.ts";
import { readAccessConfig } from "./config.ts";

/**
 * Ends the process with one sentence a variable where the environment is wrong: a console half alive helps nobody.
 *
 * @param more is read in the same go, and may refuse as well
 */
export function prepareAccess(env: NodeJS.ProcessEnv = process.env, more: () => void = () => {}): void {
  try {
    const config = readAccessConfig(env);
    recordsUrl(env);
    settleAddresses(config.trustedProxies);
    more();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { what, todo } of error.findings) process.stderr.write(`${what} ${todo}\n`);
    process.exit(2);
  }
}
