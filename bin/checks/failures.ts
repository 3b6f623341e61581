/** What failed in a run, told once more at its end: whoever reads only the tail of a log sees it. */
import { stripVTControlCharacters } from "node:util";

export interface Failure {
  /** A test's file, relative to the project; for what is no test, the part of the run that it belongs to. */
  readonly file: string;
  /** As the test is named, with what it stands in before it. Empty for a file as a whole. */
  readonly name: string;
  /** May be long, coloured, and end in a stack. */
  readonly message: string;
}

/** How one part of a run ended. */
export interface TestRun {
  readonly passed: number;
  /** Failed, skipped and unfinished tests, files that did not load or clean up, errors outside of any test. */
  readonly failures: readonly Failure[];
}

/** What a report does not know of: its runner called the run bad, and no test of its own failed. */
export function failedOutside(part: string, code: number | null): Failure {
  const end = code === null ? "a signal" : `exit code ${code}`;
  return { file: part, name: "", message: `It ended with ${end}, and no test failed; see above for why.` };
}

/** What a test that did not run, or not to its end, has to say. */
export const notRun = (status: string) => `It did not run to its end (${status}); the log above says why.`;

/** Enough for what was expected and what came, and for where. */
const LINES = 12;
const WIDTH = 240;

/** A stack's line that leads into packages, into Node itself, or nowhere. */
const FOREIGN = /^\s*at .*(node_modules|node:|<anonymous>)/;

/** A paragraph for each, and an empty line after all of them; empty where nothing failed. */
export function tellFailures(failures: readonly Failure[]): string {
  if (failures.length === 0) return "";
  const told = failures.map(({ file, name, message }) => {
    const lines = stripVTControlCharacters(message)
      .split("\n")
      .filter((line) => line.trim() !== "" && !FOREIGN.test(line));
    const first = lines.slice(0, LINES).map((line) => `      ${cut(line)}`);
    const more = lines.length > LINES ? ["      …"] : [];
    return [`  ✗ ${name === "" ? file : `${file} › ${name}`}`, ...first, ...more].join("\n");
  });
  return `\nWhat failed:\n\n${told.join("\n\n")}\n\n`;
}

const cut = (line: string) => (line.length > WIDTH ? `${line.slice(0, WIDTH)} …` : line);
