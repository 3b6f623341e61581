/** What became of tables and columns, in words. Pure. */
import type { EffectState, MigrationEffectView } from "../../lib/queries/migration-effect.ts";
import type { ColumnEffect, TableEffect } from "../../lib/rows/effect/effect.ts";
import type { Tone } from "../ui/status.tsx";

/** `migration 3`, or `migrations 3 to 5`. */
export function stretchWords({ version, to }: Pick<MigrationEffectView, "version" | "to">): string {
  return version === to ? `migration ${version}` : `migrations ${version} to ${to}`;
}

/** Nothing for a table that is what it was, whatever its rows are. */
export function fateOf({
  is,
  was,
}: Pick<TableEffect, "is" | "was">): { readonly tone: Tone; readonly word: string } | null {
  switch (is) {
    case "new":
      return { tone: "ok", word: "new" };
    case "gone":
      return { tone: "bad", word: "gone" };
    case "anew":
      return { tone: "warn", word: "another table under its name" };
    case "kept":
      return was === null ? null : { tone: "warn", word: `renamed from ${was}` };
  }
}

export interface RowWords {
  readonly sign: "+" | "−" | "~" | "";
  readonly count: number | null;
  readonly word: string;
}

export function rowWords({
  added,
  removed,
  changed,
  matchedBy,
  is,
}: Omit<TableEffect, "examples">): readonly RowWords[] {
  const cannotTell = matchedBy === "none" && is !== "new" && is !== "gone";
  if (cannotTell) return [{ sign: "", count: null, word: "its key is another: only counted" }];
  const all: readonly RowWords[] = [
    { sign: "+", count: added, word: "added" },
    { sign: "−", count: removed, word: "removed" },
    { sign: "~", count: changed, word: "changed" },
  ];
  return all.filter(({ count }) => count !== 0);
}

/** What is different about a column, without its name: `new, text: 12 values`. */
export function columnWords(column: ColumnEffect): { readonly sign: "+" | "−" | "~"; readonly text: string } {
  const { is, was, type, values } = column;
  const sign = is === "new" ? "+" : is === "gone" ? "−" : "~";
  const parts: string[] = [];
  if (is === "anew") parts.push("another column under its name");
  if (was !== null) parts.push(`was ${was}`);
  const [before, after] = type;
  if (before !== null && after !== null && before !== after) parts.push(`${before} → ${after}`);
  else if (is === "new" || is === "gone") parts.push((after ?? before)!);
  parts.push(valueWords(column));
  return { sign, text: parts.filter((part) => part !== "").join(", ") };

  function valueWords({ class: of }: ColumnEffect): string {
    if (values === null) return of === "secret" ? "a secret: not looked at" : "";
    const count = `${values.toLocaleString("en")} ${values === 1 ? "value" : "values"}`;
    if (is === "new") return values === 0 ? "no value yet" : `${count} filled in`;
    if (is === "gone") return values === 0 ? "held nothing" : `${count} lost`;
    return values === 0 ? "every value as it was" : `${count} changed`;
  }
}

export const STATE_TONES: Readonly<Record<EffectState, Tone>> = {
  waiting: "idle",
  running: "live",
  done: "ok",
  failed: "bad",
  cancelled: "idle",
};

export const STATE_WORDS: Readonly<Record<EffectState, string>> = {
  waiting: "waiting for a worker",
  running: "being tried",
  done: "seen",
  failed: "not to be seen",
  cancelled: "called off",
};
