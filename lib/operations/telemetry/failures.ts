/**
 * Errors as a log may hold them. An error's message may hold the values of a row or a person's e-mail (a failed
 * statement's has all of its parameters); its name, its code and where it came from do not.
 */
import type { Log } from "../../engine/engine.ts";

export interface FailureFacts {
  readonly error: string;
  /** SQLSTATE or Node's code, of the error or of what caused it. */
  readonly code: string | undefined;
  /** Next's name for it, which the person sees too. */
  readonly digest: string | undefined;
  readonly frames: readonly string[];
}

const FRAMES = 8;

export function failureFacts(error: unknown): FailureFacts {
  if (!(error instanceof Error))
    return { error: typeof error, code: undefined, digest: undefined, frames: [] };
  const { code, digest, cause } = error as { code?: unknown; digest?: unknown; cause?: { code?: unknown } };
  const known = [code, cause?.code].find((each) => typeof each === "string");
  return {
    error: error.name,
    code: known as string | undefined,
    digest: typeof digest === "string" ? digest : undefined,
    frames: (error.stack ?? "")
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .slice(0, FRAMES)
      .map((line) => line.trim()),
  };
}

/**
 * What Next and next-auth print of errors goes to the log without their messages. Sentences without an error are
 * dropped where they could hold one: only their first words stay, up to the first mark that no plain word has.
 */
export function quietConsole(log: Log, console: Pick<Console, "error" | "warn"> = globalThis.console): void {
  const print =
    (level: "error" | "warn") =>
    (first: unknown, ...others: unknown[]) => {
      const error = [first, ...others].find((each) => each instanceof Error);
      const said =
        typeof first === "string" ? /^[\p{L}\p{M} ,'!.⚠⨯-]*/u.exec(first)![0].trim().slice(0, 120) : "";
      log(level, "process.complained", {
        said: isOurs(first) ? first : said,
        ...(error === undefined ? {} : failureFacts(error)),
      });
    };
  console.error = print("error");
  console.warn = print("warn");
}

/** Why a sign-in failed (access/auth.config.ts): a sentence that was made to be read by those who run the console. */
function isOurs(first: unknown): first is string {
  return typeof first === "string" && first.startsWith("sign-in failed: ");
}
