/** The two streams of a command: stdout carries the result and nothing else, stderr all that is said about it. */
import { withoutAddresses } from "./scrub.ts";
import { type Style, styleOf } from "./style.ts";

/** A stream, and whether a screen is behind it. */
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Printer {
  /** Stdout's. */
  readonly style: Style;
  /** Stderr's. */
  readonly remarkStyle: Style;
  /** Writes the result. Resolves when it has left the process, also where nobody reads it any more (EPIPE). */
  result(text: string): Promise<void>;
  /** Says something on stderr, a line or several. */
  remark(text: string): void;
  /** One line on stderr that the next one replaces; shown on a terminal only. Empty text takes it away. */
  status(line: string): void;
}

export function createPrinter(stdout: Output = process.stdout, stderr: Output = process.stderr): Printer {
  // `tenantry model | head` is no failure: whoever reads has seen enough.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  let shown = false;
  const status = (line: string) => {
    if (!stderr.isTTY || (line === "" && !shown)) return;
    shown = line !== "";
    stderr.write(`\r\u001b[K${line}`);
  };
  return {
    style: styleOf(stdout),
    remarkStyle: styleOf(stderr),
    status,
    remark(text) {
      status("");
      stderr.write(`${withoutAddresses(text)}\n`);
    },
    result(text) {
      status("");
      // A pipe is written asynchronously: an exit before the callback would cut the document.
      return new Promise((resolve) => {
        stdout.write(`${withoutAddresses(text)}\n`, () => resolve());
      });
    },
  };
}
