/** What a command is to its surroundings: work that ends in an outcome, told in text or in JSON. */
import type { Finding } from "../../lib/findings/finding.ts";
import type { RunContext } from "../../lib/rows/run-context.ts";
import type { Answer } from "./formats/answer.ts";
import type { Style } from "./style.ts";

export interface Task {
  /** The command's name. */
  readonly name: string;
  readonly json: boolean;
  /** Makes another document than JSON's of the answer, instead of text. */
  readonly document?: ((answer: Answer) => string) | undefined;
  /** What an interrupted or failed run leaves behind, in a sentence: "Nothing was imported." */
  readonly left: string;
  work(run: Run): Promise<Outcome>;
}

export interface Run {
  readonly context: RunContext;
  /** How to call this program in what is suggested. */
  readonly calledAs: string;
  /** The arguments as they were typed, the command's name among them. */
  readonly typed: readonly string[];
  /** Says something on stderr at once. */
  remark(sentence: string): void;
}

export interface Outcome {
  /** The JSON document's `result`. */
  readonly result: object;
  readonly findings: readonly Finding[];
  /** Those that the text does not say already; all of them when left out. */
  readonly untold?: readonly Finding[];
  /** The result for people, as lines. */
  text(style: Style): string[];
  /** Whether the findings belong to the result (a check's) or are remarks beside it (an export's). */
  readonly findingsAre: "result" | "remarks";
  /** How many findings of one code are told in full; all of them when left out. */
  readonly mostOfOneCode?: number;
  /** Commands to type next; given to people only. */
  readonly next?: readonly string[];
}

/** Performs a task and keeps its exit code. */
export type Perform = (task: Task) => Promise<void>;
