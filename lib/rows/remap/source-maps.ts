/** The id maps of a remap: one for each id source of the plan. */

import type { FreshId } from "../../tenancy/model.ts";
import { createFreshTexts } from "../codec/text-fresh.ts";
import { createFreshUuids } from "../codec/uuid-fresh.ts";
import { type IdMap, integerIdMap, lookupMap } from "./id-maps.ts";
import { createIntegerMap, type IntegerMap } from "./integer-map.ts";
import { packIds, type Remap, unpackIds } from "./remap.ts";
import type { IdSourcePlan, RemapPlan } from "./remap-plan.ts";

/** By id source. Fresh ids of a table with shared rows are looked up among the shared rows first. */
export function sourceMaps(plan: RemapPlan, remap: Remap): ReadonlyMap<string, IdMap> {
  return new Map([...plan.sources.values()].map((source) => [source.name, sourceMap(source, remap)]));
}

/** The id map of one source. */
export function sourceMap(source: IdSourcePlan, remap: Remap): IdMap {
  if (source.tenantKey) return lookupMap(new Map([[remap.tenant.oldKey, remap.tenant.newKey]]));
  const kept = source.owned ? KEPT : null;
  const made = source.fresh === null ? kept : freshMap(source.name, source.fresh, remap);
  const common = remap.common[source.name];
  if (common === undefined) return made ?? lookupMap(new Map());
  return lookupMap(new Map(Object.entries(common)), made);
}

function freshMap(name: string, fresh: FreshId, remap: Remap): IdMap {
  const importKey = Buffer.from(remap.importKey, "hex");
  switch (fresh.kind) {
    case "uuid": {
      const map = createFreshUuids(importKey, name);
      return { map, nobody: Buffer.from(map(NIL_UUID)!) };
    }
    case "text": {
      // A text that the generator could not have made maps to nothing: what would a fresh one look like?
      const map = createFreshTexts(importKey, name, fresh.generator);
      if (map === null)
        throw new Error(`the model lets through a generator that makes nothing: ${fresh.generator}`);
      return { map, nobody: null };
    }
    case "integer":
      return integerIdMap(storedIntegers(remap, name));
  }
}

/** Rows of the tenant's own whose ids stay, in a table that has shared rows too. */
const KEPT: IdMap = { map: (old) => old, nobody: null };

const NIL_UUID = Buffer.from("00000000-0000-0000-0000-000000000000");

type StoredIntegers = Remap["integers"][string];

/** Of millions of ids each copy counts: a map that was drawn, or unpacked, serves whoever asks for it by what is stored. */
const mapsOfStored = new WeakMap<StoredIntegers, IntegerMap>();

/** The map as a remap stores it. */
export function storeIntegers(map: IntegerMap): StoredIntegers {
  const stored = { old: packIds(map.old), runs: [...map.runs], nobody: map.nobody };
  mapsOfStored.set(stored, map);
  return stored;
}

function storedIntegers(remap: Remap, source: string): IntegerMap {
  const stored = remap.integers[source];
  if (stored === undefined) return createIntegerMap(new Float64Array(), [], 0);
  const map = mapsOfStored.get(stored) ?? createIntegerMap(unpackIds(stored.old), stored.runs, stored.nobody);
  mapsOfStored.set(stored, map);
  return map;
}
