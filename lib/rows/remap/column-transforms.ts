/** A remap as transforms: for each column of a bundle, what happens to its values on their way. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { Refusal } from "../../findings/finding.ts";
import { parseQualified, qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { mapArrayLiteral } from "../codec/array-literal.ts";
import { createJsonMapper, type JsonRule } from "../codec/json-mapper.ts";
import { parseJsonPath } from "../codec/json-path.ts";
import { type IdMapper, MALFORMED, type Mapped } from "../codec/malformed.ts";
import {
  createPatternMapper,
  createPatternsMapper,
  type PatternMapper,
  parsePattern,
} from "../codec/pattern.ts";
import type { FieldTransform, RowView } from "../field-transform.ts";
import { softDangling } from "../proof/reference-findings.ts";
import type { IdMap } from "./id-maps.ts";
import type { Remap } from "./remap.ts";
import type { RemapPlan, TableRemap, ValueRemap } from "./remap-plan.ts";
import { sourceMaps } from "./source-maps.ts";
import { malformed, unmapped } from "./transform-findings.ts";

export interface ColumnTransforms {
  /** By qualified table name, one for each of the manifest's columns. */
  readonly transforms: ReadonlyMap<string, readonly (FieldTransform | null)[]>;
  /** After the rows went by: values that became NULL because they named no row, counted by column. */
  readonly dangling: () => Finding[];
}

export function columnTransforms(plan: RemapPlan, remap: Remap, manifest: Manifest): ColumnTransforms {
  const maps = sourceMaps(plan, remap);
  const lost = new Map<string, number>();
  const transforms = new Map<string, (FieldTransform | null)[]>();
  for (const bundled of manifest.tables) {
    const id = qualifiedName(bundled.schema, bundled.name);
    const table = plan.tables.get(id);
    if (table === undefined) continue;
    transforms.set(
      id,
      table.columns.map((column, at) => {
        const where = qualifiedColumn(id, column);
        const countLost = () => void lost.set(where, (lost.get(where) ?? 0) + 1);
        const steps = valueSteps(table.remaps[at]!, table, maps, where, countLost);
        const substitution = remap.substitutions.find((each) => each.table === id && each.column === column);
        if (substitution !== undefined) steps.push(substitutionStep(substitution.values));
        return combine(steps);
      }),
    );
  }
  return { transforms, dangling: () => [...lost].map(([where, count]) => softDangling(where, count)) };
}

/** An id inside a larger value: one that names no row becomes the larger value's own kind of NULL. */
function elementMapper(map: IdMap, countLost: () => void): IdMapper {
  return (id) => {
    const mapped = map.map(id);
    if (mapped === null) countLost();
    return mapped;
  };
}

/** Undefined: not this step's value, the next one may look. */
type Step = FieldTransform;

function combine(steps: readonly Step[]): FieldTransform | null {
  if (steps.length <= 1) return steps[0] ?? null;
  return (row, column) => {
    for (const step of steps) {
      const value = step(row, column);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function valueSteps(
  values: readonly ValueRemap[],
  table: TableRemap,
  maps: ReadonlyMap<string, IdMap>,
  where: string,
  countLost: () => void,
): Step[] {
  const steps = values
    .filter((value) => value.kind !== "json path")
    .filter((value) => !(value.kind === "pattern" && value.each))
    .map((value) => valueStep(value, table, maps, where, countLost));
  const anywhere = values.filter((value) => value.kind === "pattern").filter(({ each }) => each);
  if (anywhere.length > 0) steps.push(patternsStep(anywhere, table, maps));
  const paths = values.filter((value) => value.kind === "json path");
  if (paths.length === 0) return steps;
  const rules = paths.map((value) => ({
    path: parseJsonPath(value.path)!,
    map: elementMapper(maps.get(value.source)!, countLost),
    holds: condition(value, table),
  }));
  return [...steps, jsonStep(rules, where)];
}

/**
 * Several paths into one json value are one step: each by itself would leave the others' ids alone. Where some hold
 * in some rows only, there is a mapper for each set of them that occurs.
 */
function jsonStep(rules: readonly (JsonRule & { readonly holds: Condition | null })[], where: string): Step {
  if (rules.every(({ holds }) => holds === null)) return textStep(createJsonMapper(rules), where);
  const mappers = new Map<string, Step>();
  return (row, column) => {
    const holding = rules.filter(({ holds }) => holds === null || holds(row));
    const key = rules.map((rule) => (holding.includes(rule) ? "1" : "0")).join("");
    const step = mappers.get(key) ?? textStep(createJsonMapper(holding), where);
    mappers.set(key, step);
    return step(row, column);
  };
}

function valueStep(
  value: Exclude<ValueRemap, { kind: "json path" }>,
  table: TableRemap,
  maps: ReadonlyMap<string, IdMap>,
  where: string,
  countLost: () => void,
): Step {
  switch (value.kind) {
    case "id":
      return onlyWhen(value, table, idStep(value, maps.get(value.source)!, where, countLost));
    case "array": {
      const element = elementMapper(maps.get(value.source)!, countLost);
      return onlyWhen(
        value,
        table,
        textStep((text) => mapArrayLiteral(text, element), where),
      );
    }
    case "pattern":
      return onlyWhen(value, table, patternStep(value, maps));
  }
}

/** Patterns that stand anywhere in one text are one step: each takes what the one before has made of it. */
function patternsStep(
  values: readonly PatternRemap[],
  table: TableRemap,
  maps: ReadonlyMap<string, IdMap>,
): Step {
  const mappers = values.map((value) => ({
    map: patternMapper(value, maps),
    holds: condition(value, table),
  }));
  return (row, column) => {
    if (row.isNull(column)) return undefined;
    let made: Buffer | undefined;
    for (const { map, holds } of mappers)
      if (holds === null || holds(row)) made = map(made ?? row.bytes(column)) ?? made;
    return made;
  };
}

type PatternRemap = Extract<ValueRemap, { kind: "pattern" }>;

/** A dangling id inside a pattern stays as it is: the text around it names things outside of the database. */
function patternStep(value: PatternRemap, maps: ReadonlyMap<string, IdMap>): Step {
  const map = patternMapper(value, maps);
  return (row, column) => (row.isNull(column) ? undefined : map(row.bytes(column)));
}

function patternMapper(
  { pattern, each, sources }: PatternRemap,
  maps: ReadonlyMap<string, IdMap>,
): PatternMapper {
  const parts = parsePattern(pattern)!;
  const mappers: Record<string, IdMapper> = {};
  for (const part of parts) {
    if (part.kind !== "placeholder") continue;
    const [schema, table, column] = parseQualified(part.column) ?? [];
    const source = sources[qualifiedColumn(qualifiedName(schema ?? "", table ?? ""), column ?? "")];
    if (source !== undefined) mappers[part.column] = (id) => maps.get(source)!.map(id) ?? undefined;
  }
  return each ? createPatternsMapper(parts, mappers) : createPatternMapper(parts, mappers);
}

/**
 * A reference whose row is gone may point at nothing on the other side: it becomes NULL, or an id that nobody
 * has. A declared one becomes the latter, and the anti-join before COMMIT finds it.
 */
function idStep(
  { soft, nullable }: { readonly soft: boolean; readonly nullable: boolean },
  map: IdMap,
  where: string,
  countLost: () => void,
): Step {
  return (row, column) => {
    if (row.isNull(column)) return undefined;
    const mapped = map.map(row.bytes(column));
    if (mapped !== null) return mapped;
    if (soft && nullable) {
      countLost();
      return null;
    }
    if (map.nobody !== null) return map.nobody;
    throw new Refusal(unmapped(where));
  };
}

type Condition = (row: RowView) => boolean;

/** Null where it holds in every row. */
function condition({ when }: Pick<ValueRemap, "when">, { columns }: TableRemap): Condition | null {
  if (when === null) return null;
  const wanted = Object.entries(when).map(([name, value]) => ({
    at: columns.indexOf(name),
    value: Buffer.from(value),
  }));
  return (row) => wanted.every(({ at, value }) => !row.isNull(at) && row.bytes(at).equals(value));
}

function onlyWhen(value: Pick<ValueRemap, "when">, table: TableRemap, step: Step): Step {
  const holds = condition(value, table);
  return holds === null ? step : (row, column) => (holds(row) ? step(row, column) : undefined);
}

function textStep(map: (text: Buffer) => Mapped, where: string): Step {
  return (row, column) => {
    if (row.isNull(column)) return undefined;
    const mapped = map(row.bytes(column));
    if (mapped === MALFORMED) throw new Refusal(malformed(where));
    return mapped;
  };
}

function substitutionStep(values: Readonly<Record<string, string>>): Step {
  const exact = new Map(Object.entries(values).map(([old, now]) => [old, Buffer.from(now)]));
  const any = exact.get("*");
  return (row, column) =>
    row.isNull(column) ? undefined : (exact.get(row.bytes(column).toString("utf8")) ?? any);
}
