/** A command's answer, of which documents for machines are made; as JSON it is the document (docs/command-line.md). */
import type { Finding } from "../../../lib/findings/finding.ts";
import type { Place } from "../../../lib/tenancy/platform-file-places.ts";
import type { ExitCode } from "../exit-codes.ts";

export interface Answer {
  readonly command: string;
  readonly exitCode: ExitCode;
  readonly findings: readonly Finding[];
  /** Null where the command did not get so far. */
  readonly result: object | null;
}

/** A file that findings are shown in, and where each of them stands there; null where it does not. */
export interface Shown {
  /** As it was given. */
  readonly path: string;
  placeOf(finding: Finding): Place | null;
}
