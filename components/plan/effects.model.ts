/** A plan's effects as a reader weighs them: what destroys first, then by how many rows, churn folded. Pure. */
import type { Effect, Reversibility } from "../../lib/engine/plan.ts";
import { formatNoun } from "../ui/quantities.ts";
import type { Tone } from "../ui/status.tsx";

export interface EffectGroup {
  readonly verb: Effect["verb"];
  readonly place: string;
  /** `deletes`, with its sign, so that no colour stands alone. */
  readonly word: string;
  readonly sign: "✗" | "~" | "+" | "·";
  readonly tone: Tone;
  /** `31 tables`, `bundle`. */
  readonly objects: string;
  /** Null where one of them is not known. */
  readonly rows: number | null;
  readonly bytes: number | null;
  /** The worst of them. */
  readonly reversibility: Reversibility;
  /** The largest first. */
  readonly effects: readonly Effect[];
  /** Reads and the like: true where nobody has to look at it to decide. */
  readonly churn: boolean;
}

const VERBS: Readonly<Record<Effect["verb"], Pick<EffectGroup, "word" | "sign" | "tone" | "churn">>> = {
  delete: { word: "deletes", sign: "✗", tone: "bad", churn: false },
  update: { word: "updates", sign: "~", tone: "warn", churn: false },
  insert: { word: "inserts", sign: "+", tone: "ok", churn: false },
  create: { word: "creates", sign: "+", tone: "ok", churn: false },
  write: { word: "writes", sign: "+", tone: "ok", churn: false },
  read: { word: "reads", sign: "·", tone: "idle", churn: true },
};

const WORST: readonly Reversibility[] = ["irreversible", "compensating", "reversible"];
const ORDER: readonly Effect["verb"][] = ["delete", "update", "create", "insert", "write", "read"];

/** By verb and place; deletions, then what cannot be taken back, then the rest. */
export function groupEffects(effects: readonly Effect[]): EffectGroup[] {
  const groups = Map.groupBy(effects, ({ verb, place, reversibility }) =>
    JSON.stringify([verb, place, reversibility === "irreversible"]),
  );
  return [...groups.values()].map(groupOf).sort(byWeight);
}

function groupOf(effects: readonly Effect[]): EffectGroup {
  const { verb, place } = effects[0]!;
  return {
    verb,
    place,
    ...VERBS[verb],
    objects: objectsOf(effects),
    rows: total(effects.map((effect) => effect.rows)),
    bytes: total(effects.map((effect) => effect.bytes)),
    reversibility: WORST.find((each) => effects.some((effect) => effect.reversibility === each))!,
    effects: effects.toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0) || (a.object < b.object ? -1 : 1)),
  };
}

function byWeight(a: EffectGroup, b: EffectGroup): number {
  return (
    Number(b.verb === "delete") - Number(a.verb === "delete") ||
    WORST.indexOf(a.reversibility) - WORST.indexOf(b.reversibility) ||
    ORDER.indexOf(a.verb) - ORDER.indexOf(b.verb) ||
    (a.place < b.place ? -1 : 1)
  );
}

function objectsOf(effects: readonly Effect[]): string {
  const objects = new Set(effects.map((effect) => effect.object));
  if ([...objects].every((object) => object.includes(".")))
    return formatNoun(objects.size, "table", "tables");
  return objects.size === 1 ? effects[0]!.object : formatNoun(objects.size, "object", "objects");
}

function total(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

export interface PlanSize {
  readonly rows: number | null;
  readonly bytes: number | null;
  /** How long it will take, always a guess; null where nobody can say. */
  readonly seconds: number | null;
  /** Whether the numbers are counted, and not estimated. */
  readonly exact: boolean;
}

/** How much an operation is about: counted where the plan counts, else its estimate. */
export function planSize(plan: {
  readonly exact: boolean;
  readonly effects: readonly Effect[];
  readonly estimate: {
    readonly rows: number | null;
    readonly bytes: number | null;
    /** Not in plans that were made before there was one. */
    readonly seconds?: number | null;
  };
}): PlanSize {
  const seconds = plan.estimate.seconds ?? null;
  const written = plan.effects.filter((effect) => effect.verb !== "read" && effect.rows !== null);
  if (plan.exact && written.length > 0) {
    const rows = written.reduce((sum, effect) => sum + effect.rows!, 0);
    return { rows, bytes: plan.estimate.bytes, seconds, exact: true };
  }
  return { rows: plan.estimate.rows, bytes: plan.estimate.bytes, seconds, exact: false };
}

/** Whether any part of it cannot be taken back. */
export function isIrreversible(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.reversibility === "irreversible");
}
