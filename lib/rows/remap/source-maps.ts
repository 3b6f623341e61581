/** The id maps of a remap: one for each id source of the plan. */

import { Refusal } from "../../findings/finding.ts";
import type { FreshId } from "../../tenancy/model.ts";
import { createFreshTexts } from "../codec/text-fresh.ts";
import { createFreshUuids } from "../codec/uuid-fresh.ts";
import type { DrawnIds } from "./drawn-ids.ts";
import { type IdMap, integerIdMap, lookupMap } from "./id-maps.ts";
import { createIntegerMap, type IntegerMap } from "./integer-map.ts";
import { packIds, type Remap, unpackIds } from "./remap.ts";
import type { IdSourcePlan, RemapPlan } from "./remap-plan.ts";
import { idBeyondExact } from "./transform-findings.ts";

/** By id source. Fresh ids of a table with shared rows are looked up among the shared rows first. */
export function sourceMaps(
  plan: RemapPlan,
  remap: Remap,
  drawn: ReadonlyMap<string, DrawnIds>,
): ReadonlyMap<string, IdMap> {
  const map = (source: IdSourcePlan) => sourceMap(source, remap, drawn.get(source.name));
  return new Map([...plan.sources.values()].map((source) => [source.name, map(source)]));
}

/** What gives the rows of a source's own table their ids: not what maps references to them where ids are still drawn. */
export function ownMap(name: string, drawn: DrawnIds): IdMap {
  const { map } = integerIdMap({ get: drawn.own, nobody: 0 });
  return {
    map: (old) => {
      const made = map(old);
      if (made === null) throw new Refusal(idBeyondExact(name));
      return made;
    },
    nobody: null,
  };
}

/** The id map of one source; with `drawn`, of one whose rows are given ids as they go by. */
export function sourceMap(source: IdSourcePlan, remap: Remap, drawn?: DrawnIds): IdMap {
  if (source.tenantKey) return lookupMap(new Map([[remap.tenant.oldKey, remap.tenant.newKey]]));
  const kept = source.owned ? KEPT : null;
  const made =
    source.fresh === null ? kept : drawn ? integerIdMap(drawn) : freshMap(source.name, source.fresh, remap);
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
  const lists = map.lists.map(({ old, runs }) => ({ old: packIds(old), runs: [...runs] }));
  const stored = { lists, nobody: map.nobody };
  mapsOfStored.set(stored, map);
  return stored;
}

function storedIntegers(remap: Remap, source: string): IntegerMap {
  const stored = remap.integers[source];
  if (stored === undefined) return createIntegerMap([], 0);
  const map = mapsOfStored.get(stored) ?? unpacked(stored);
  mapsOfStored.set(stored, map);
  return map;
}

function unpacked(stored: StoredIntegers): IntegerMap {
  const lists = "lists" in stored ? stored.lists : [stored];
  return createIntegerMap(
    lists.map(({ old, runs }) => ({ old: unpackIds(old), runs })),
    stored.nobody,
  );
}
