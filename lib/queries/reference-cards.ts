/** Suspected references that nobody has answered, with what the data says of each. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import { type Evidence, evidenceFor } from "../operations/registration/reference-evidence.ts";
import type { FileEdit } from "../tenancy/file-edit.ts";
import { proposedLines } from "../tenancy/line-to-add.ts";
import { readModelSource } from "./model-source.ts";
import type { DatabaseRef } from "./platform.ts";

/** Cards a page: each asks the database once. */
export const CARDS_PER_PAGE = 12;

export interface ReferenceCard {
  /** The column, qualified. */
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
    const open = read.model.findings.filter(({ code }) => code === "suspected-reference");
    const pages = Math.max(1, Math.ceil(open.length / CARDS_PER_PAGE));
    const begin = (Math.min(page, pages) - 1) * CARDS_PER_PAGE;
    const shown = open.slice(begin, begin + CARDS_PER_PAGE);
    const cards: ReferenceCard[] = [];
    for (const finding of shown) {
      const evidence = await evidenceFor(client, read, finding.where);
      const mayAnswer = actor.permissions.has("change:model");
      cards.push({
        column: finding.where,
        type: evidence.type,
        finding,
        evidence: { ...evidence, samples: mayAnswer ? evidence.samples : [] },
        choices: choicesOf(finding, evidence),
      });
    }
    return { total: open.length, cards };
  });
  if (source === null) return null;
  const { view, ...rest } = source;
  return { ...rest, ...(view ?? { total: 0, cards: [] }) };
}

/** What the name suggests, what the data suggests, and that it is none. */
function choicesOf(finding: Finding, evidence: Evidence): ReferenceCard["choices"] {
  const column = finding.where;
  const named = proposedLines(finding).filter(
    ({ complete, section }) => complete && section === "references",
  );
  const edits: FileEdit[] = named.map(({ edit }) => edit);
  const targetOf = (edit: FileEdit) => (edit.value as { readonly to?: string }).to ?? "";
  for (const { to, hits } of evidence.targets) {
    if (hits === 0 || edits.some((edit) => targetOf(edit) === to)) continue;
    edits.push({ section: "references", from: column, value: reference(column, to, evidence.array) });
  }
  const none: FileEdit = { section: "references", from: column, value: { from: column, to: "none" } };
  return [
    ...edits
      .filter((edit) => targetOf(edit) !== "none")
      .map((edit) => ({ label: `It is a reference to ${targetOf(edit)}`, edit })),
    { label: "It is no reference", edit: none },
  ];
}

function reference(from: string, to: string, each: boolean): Record<string, string | boolean> {
  return each ? { from, each, to } : { from, to };
}
