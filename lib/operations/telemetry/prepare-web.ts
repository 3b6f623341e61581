/** What a web process does once, at its start. */
import { prepareAccess } from "../../access/prepare.ts";
import { quietConsole } from "./failures.ts";
import { readMetricsToken } from "./metrics-token.ts";
import { webTelemetry } from "./web.ts";

/** Ends the process with one sentence a variable where the environment is wrong: a console half alive helps nobody. */
export function prepareWeb(env: NodeJS.ProcessEnv = process.env): void {
  prepareAccess(env, () => {
    readMetricsToken(env);
    webTelemetry(env);
  });
  const { log } = webTelemetry(env);
  if (env.NODE_ENV === "production") quietConsole(log);
  log("info", "web.started", { node: process.version });
}
