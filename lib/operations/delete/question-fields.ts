/**
 * Names of a form's fields for what a delete asks. A question is known by names of the platform's own, in which anything
 * may stand: a quote, which browsers write otherwise in the name of a field, or a blank, which parts the names that a
 * label and a hint are found by. So it goes as hexadecimal digits. Pure, and for browsers too.
 */

const KINDS = ["pointer", "trigger"] as const;
export type QuestionKind = (typeof KINDS)[number];

export interface Asked {
  readonly kind: QuestionKind;
  /** A pointer's id, or a trigger's `table (name)`. */
  readonly about: string;
}

/** `pointer:7075…` */
export function questionField({ kind, about }: Asked): string {
  const bytes = new TextEncoder().encode(about);
  return `${kind}:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What a field's name asks about; null for one that is no question's. One that nobody made here is about itself. */
export function askedBy(field: string): Asked | null {
  const kind = KINDS.find((each) => field.startsWith(`${each}:`));
  if (kind === undefined) return null;
  const rest = field.slice(kind.length + 1);
  const pairs = /^(?:[0-9a-f]{2})+$/.test(rest) ? rest.match(/../g)! : null;
  if (pairs === null) return { kind, about: rest };
  return {
    kind,
    about: new TextDecoder().decode(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))),
  };
}
