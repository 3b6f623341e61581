/** Findings as a page lists them: many of one code are told as one. Pure. */
import type { Finding, Severity } from "../../lib/findings/finding.ts";

/** So many of one code and severity are still told one by one. */
export const MOST_TOLD_ALONE = 3;

/** Stands where the sentences differ. */
const GAP = "…";

/** One finding, or more than `MOST_TOLD_ALONE` of one code and severity. */
export interface FindingGroup {
  /** Of no other group of the list. */
  readonly key: string;
  readonly severity: Severity;
  readonly code: string;
  readonly findings: readonly Finding[];
  /** What all of them say; `…` stands for the words in which they differ. Null where most of it differs. */
  readonly what: string | null;
  /** What to do, where that is the same for all. */
  readonly todo: string | null;
}

const ORDER: readonly Severity[] = ["blocks", "warns", "notes"];

/**
 * Those that block first, and a group where its first finding stands. Of one code, those with the same to do are told
 * together, and so are the others.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const alike = Map.groupBy(sorted, kindWithTodo);
  const keyOf = (finding: Finding) => {
    const key = kindWithTodo(finding);
    return alike.get(key)!.length > MOST_TOLD_ALONE ? key : `others ${finding.severity} ${finding.code}`;
  };
  const groups = Map.groupBy(sorted, keyOf);
  return sorted.flatMap((finding) => {
    const key = keyOf(finding);
    const all = groups.get(key)!;
    if (all.length <= MOST_TOLD_ALONE)
      return [groupOf(`${finding.code} ${finding.where} ${finding.what}`, [finding])];
    return finding === all[0] ? [groupOf(key, all)] : [];
  });
}

/** The first places by name, and how many more there are: `a, b and 41 more`. */
export function placesInBrief({ findings }: Pick<FindingGroup, "findings">, named = 2): string {
  const places = [...new Set(findings.map(({ where }) => where))];
  const first = places.slice(0, named).join(", ");
  return places.length > named ? `${first} and ${places.length - named} more` : first;
}

function kindWithTodo({ code, severity, todo = "" }: Finding): string {
  return `${severity} ${code} ${todo}`;
}

function groupOf(key: string, findings: readonly Finding[]): FindingGroup {
  const { severity, code } = findings[0]!;
  const todos = new Set(findings.map(({ todo }) => todo ?? null));
  return {
    key,
    severity,
    code,
    findings,
    what: wordsInCommon(findings.map(({ what }) => what)),
    todo: todos.size === 1 ? [...todos][0]! : null,
  };
}

/** Null where they have less than half of the shortest one's words in common. */
function wordsInCommon(sentences: readonly string[]): string | null {
  const all = sentences.map((sentence) => sentence.split(" "));
  const shortest = Math.min(...all.map((words) => words.length));
  const kept = all.every((words) => words.length === shortest) ? atSamePlace(all) : atBothEnds(all, shortest);
  if (kept.filter((word) => word !== GAP).length * 2 < shortest) return null;
  return kept.filter((word, at) => word !== GAP || kept[at - 1] !== GAP).join(" ");
}

type Sentences = readonly (readonly string[])[];

function atSamePlace(all: Sentences): string[] {
  return all[0]!.map((word, at) => (all.every((words) => words[at] === word) ? word : GAP));
}

/** For sentences of different length: a list in the middle of them, say. */
function atBothEnds(all: Sentences, shortest: number): string[] {
  const first = all[0]!;
  let head = 0;
  while (head < shortest && all.every((words) => words[head] === first[head])) head++;
  let tail = 0;
  while (tail < shortest - head && all.every((words) => words.at(-1 - tail) === first.at(-1 - tail))) tail++;
  return [...first.slice(0, head), GAP, ...first.slice(first.length - tail)];
}
