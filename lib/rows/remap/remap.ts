/**
 * A remap: what an import turned old values into, enough to do it again for a comparison. The import stores it in
 * its journal before it commits.
 */
import { z } from "zod";
import type { IdSourcePlan } from "./remap-plan.ts";

/** Values that change by declaration and not by being ids: slug, domains, the lifecycle state. */
export interface Substitution {
  /** Qualified table and column name. */
  readonly table: string;
  readonly column: string;
  /** Old text to new; `*` stands for every value. */
  readonly values: Readonly<Record<string, string>>;
}

export const remapSchema = z.strictObject({
  ids: z.enum(["fresh", "kept"]),
  /** Key of the HMAC that makes fresh uuids and text ids: 32 bytes in hex. */
  importKey: z.string().regex(/^[0-9a-f]{64}$/),
  tenant: z.strictObject({ oldKey: z.string(), newKey: z.string() }),
  substitutions: z.array(
    z.strictObject({ table: z.string(), column: z.string(), values: z.record(z.string(), z.string()) }),
  ),
  /** Fresh integers by id source: the old ones as base64 of float64 deltas' varints, the fresh ones as runs. */
  integers: z.record(
    z.string(),
    z.strictObject({
      old: z.string(),
      runs: z.array(z.strictObject({ rank: z.int(), first: z.number(), step: z.number() })),
      nobody: z.number(),
    }),
  ),
  /** Ids of common rows by id source: old text to the text on this side. */
  common: z.record(z.string(), z.record(z.string(), z.string())),
});

export type Remap = z.infer<typeof remapSchema>;

/** Whether the source's ids are drawn from a sequence, hence stored one by one. */
export function isDrawn(
  source: IdSourcePlan,
): source is IdSourcePlan & { fresh: { kind: "integer"; sequence: string } } {
  return source.fresh?.kind === "integer";
}

/** Sorted integers as base64 of the varints of their differences: one or two bytes an id. */
export function packIds(sorted: Float64Array): string {
  // The first is stored zigzag, for it may be negative; all others are larger than the one before.
  const difference = (index: number) => {
    const id = sorted[index] as number;
    if (index > 0) return id - (sorted[index - 1] as number);
    return id < 0 ? -2 * id - 1 : 2 * id;
  };
  let length = 0;
  for (let index = 0; index < sorted.length; index++)
    for (let left = difference(index); ; left = Math.floor(left / 128)) {
      length++;
      if (left < 128) break;
    }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (let index = 0; index < sorted.length; index++) {
    let left = difference(index);
    while (left >= 128) {
      bytes[at++] = 128 + (left % 128);
      left = Math.floor(left / 128);
    }
    bytes[at++] = left;
  }
  return bytes.toString("base64");
}

export function unpackIds(packed: string): Float64Array {
  const bytes = Buffer.from(packed, "base64");
  // Every id ends in a byte below 128.
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) < 128) count++;
  const ids = new Float64Array(count);
  let filled = 0;
  let value = 0;
  let scale = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    if (filled > 0) ids[filled] = (ids[filled - 1] as number) + value;
    else ids[0] = value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    filled++;
    value = 0;
    scale = 1;
  }
  return ids;
}
