/** Suspected references that nobody has answered, with what the data says of each. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import { placeEvidence } from "../operations/registration/place-evidence.ts";
import { type Evidence, evidenceFor } from "../operations/registration/reference-evidence.ts";
import { examinedInTime } from "../rows/suspects/examine.ts";
import type { FileEdit } from "../tenancy/file-edit.ts";
import { proposedLines } from "../tenancy/line-to-add.ts";
import { readModelSource } from "./model-source.ts";
import type { DatabaseRef } from "./platform.ts";

/** Cards a page: each asks the database once. */
export const CARDS_PER_PAGE = 12;

export interface ReferenceCard {
  /** The column, qualified; with the path of a place inside of its values, where that is what is meant. */
  readonly column: string;
  readonly type: string;
  readonly finding: Finding;
  /** Null where its table could not be read in time. */
  readonly evidence: Evidence | null;
  readonly choices: readonly { readonly label: string; readonly edit: FileEdit }[];
}

export interface ReferenceCardsView {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly database: string | null;
  readonly total: number;
  readonly cards: readonly ReferenceCard[];
  readonly refused: readonly Finding[];
}

/**
 * Samples are shown to those who may answer: others see the findings without values.
 *
 * @returns null where there is no such platform or database
 * @throws Refused
 */
export async function readReferenceCards(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  { database, page }: { readonly database: string | null; readonly page: number },
): Promise<ReferenceCardsView | null> {
  const source = await readModelSource(console, actor, name, database, async (read, client) => {
    const { findings, evidence: found } = await examinedInTime(client, read);
    const open = findings
      .filter(({ code }) => code === "suspected-reference")
      .toSorted((one, other) => weight(other) - weight(one));
    const pages = Math.max(1, Math.ceil(open.length / CARDS_PER_PAGE));
    const begin = (Math.min(page, pages) - 1) * CARDS_PER_PAGE;
    const shown = open.slice(begin, begin + CARDS_PER_PAGE);
    const inside = shown.map((finding) => placeEvidence(read, found, finding));
    const whole = shown.filter((_, at) => inside[at] === null).map(({ where }) => where);
    const ofColumns = new Map(
      (await evidenceFor(client, read, whole)).map((evidence, at) => [whole[at]!, evidence]),
    );
    const mayAnswer = actor.permissions.has("change:model");
    const cards = shown.map((finding, at): ReferenceCard => {
      const evidence = inside[at] ?? ofColumns.get(finding.where)!;
      return {
        column: finding.where,
        type: evidence.type,
        finding,
        evidence: { ...evidence, samples: mayAnswer ? evidence.samples : [] },
        choices: choicesOf(finding, evidence, inside[at] != null),
      };
    });
    return { total: open.length, cards };
  });
  if (source === null) return null;
  const { view, ...rest } = source;
  return { ...rest, ...(view ?? { total: 0, cards: [] }) };
}

/** What values speak for comes first, then names, and last what values speak against. */
function weight({ severity, count }: Finding): number {
  return count !== undefined && count > 0 ? 2 : severity === "notes" ? 0 : 1;
}

/**
 * What the name suggests, what the data suggests, and that it is none.
 *
 * @param inside whether it is about a place inside of the values: the finding has all of its lines already
 */
function choicesOf(finding: Finding, evidence: Evidence, inside: boolean): ReferenceCard["choices"] {
  const column = finding.where;
  const proposed = proposedLines(finding).filter(
    ({ complete, section }) => complete && section === "references",
  );
  const isNone = (edit: FileEdit) => (edit.value as { readonly to?: string }).to === "none";
  const targetOf = (edit: FileEdit) => (edit.value as { readonly to?: string }).to ?? "";
  const choices = proposed
    .filter(({ edit }) => !isNone(edit))
    .map(({ edit, line }) => ({ label: choiceLabel(edit, line), edit }));
  for (const { to, hits } of inside ? [] : evidence.targets) {
    if (hits === 0 || choices.some(({ edit }) => targetOf(edit) === to)) continue;
    const edit: FileEdit = {
      section: "references",
      from: column,
      value: reference(column, to, evidence.array),
    };
    choices.push({ label: choiceLabel(edit, ""), edit });
  }
  const said = proposed.find(({ edit }) => isNone(edit))?.edit;
  const none: FileEdit = said ?? { section: "references", from: column, value: { from: column, to: "none" } };
  return [...choices, { label: "It is no reference", edit: none }];
}

/** A plain one by what it points at; one inside of a value by the line that says where. */
function choiceLabel({ value }: FileEdit, line: string): string {
  const { to, path, pattern } = value as Readonly<Record<string, string | undefined>>;
  return to !== undefined && path === undefined && pattern === undefined
    ? `It is a reference to ${to}`
    : `It is one: ${line.replace(/^- /, "")}`;
}

function reference(from: string, to: string, each: boolean): Record<string, string | boolean> {
  return each ? { from, each, to } : { from, to };
}
