/** What the transcoder says of a line that it refuses: where, and what is wrong, never what the line holds. */
import { isUtf8 } from "node:buffer";
import { Refusal } from "../../findings/finding.ts";
import type { LineFault, LineScanner } from "./line-scanner.ts";

const REASONS: Readonly<Record<LineFault, string>> = {
  key: "its key was expected there, exactly once and in the manifest's order",
  literal: "the value is neither null, true, false nor an integer of at most ten digits",
  string: "the string is not closed before the line ends",
  encoding: "the value does not have the encoding that the manifest gives",
  control: "the string holds a raw control character",
  escape:
    "the string holds an escape that JSON or Postgres does not know (U+0000 and lone surrogates among them)",
  end: "the line does not end after its last column",
};

const REMEDY = "The bundle was altered or not written by Tenantry: export the tenant again.";

export interface LineFaults {
  malformed(scanner: LineScanner, member: string | null, line: number): Refusal;
  encoding(source: Buffer, start: number, end: number, member: string | null, line: number): Refusal;
  /** A value that the column's type does not print. */
  value(column: number, member: string | null, line: number): Refusal;
  tooLong(limit: number, member: string | null, line: number): Refusal;
  unended(member: string | null, line: number): Refusal;
}

export function createLineFaults(label: string, columns: readonly { readonly name: string }[]): LineFaults {
  function refusal(code: string, member: string | null, line: number, what: string): Refusal {
    const where = member ?? label;
    return new Refusal({ code, severity: "blocks", where, what: `line ${line}: ${what}`, todo: REMEDY });
  }
  return {
    malformed(scanner, member, line) {
      const column = columns[scanner.column];
      const at = column === undefined ? "" : `column ${JSON.stringify(column.name)}: `;
      return refusal("line-malformed", member, line, `${at}${REASONS[scanner.fault]}.`);
    },
    value(column, member, line) {
      const name = columns[column]?.name;
      const at = name === undefined ? "" : `column ${JSON.stringify(name)}: `;
      return refusal("line-malformed", member, line, `${at}the value is not written as its type prints it.`);
    },
    encoding(source, start, end, member, first) {
      let line = first;
      for (let at = start; at < end; line++) {
        const next = source.indexOf(0x0a, at) + 1;
        if (!isUtf8(source.subarray(at, next))) break;
        at = next;
      }
      return refusal("line-malformed", member, line, "it is not valid UTF-8.");
    },
    tooLong: (limit, member, line) =>
      refusal("line-too-long", member, line, `it is longer than the ${limit} bytes that are accepted.`),
    unended: (member, line) => refusal("line-malformed", member, line, "it ends without a newline."),
  };
}
