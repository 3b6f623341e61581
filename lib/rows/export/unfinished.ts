/**
 * How far an export came, for the next one where its process dies: the tables that are whole in the unfinished file, and
 * of those after them their parts, each with the slice that it is of and how far it reaches into it. Only of a tenant whose
 * fence has stood since then they still are what the database holds.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Manifest } from "../../bundle/manifest.ts";
import { canonicalJson } from "../../canonical/json.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const natural = z.int().min(0);

/** A table that has rows. */
const wholeTable = z.strictObject({
  ordinal: z.int().min(1),
  parts: z.int().min(1),
  rows: z.int().min(1),
  bytes: z.int().min(1),
  /** Of its parts, one after another (`chained`). */
  sha256,
});

/** Null where what was read of the slice did not come in the order of its places. */
const places = z.array(z.tuple([natural, natural, natural])).nullable();

const openPart = z.strictObject({ slice: natural, rows: z.int().min(1), sha256, places });

/** A table that may not be whole in the file: its parts are being written, or some are not yet in the file for sure. */
const openTable = z.strictObject({
  ordinal: z.int().min(1),
  /** Whether these are all of its parts. */
  complete: z.boolean(),
  slicing: z.discriminatedUnion("by", [
    z.strictObject({ by: z.literal("place"), slices: z.int().min(1) }),
    z.strictObject({ by: z.literal("pages"), slices: z.int().min(1), pages: natural }),
  ]),
  /** Its first parts, together: the slice of each, and what of each slice they hold. */
  settled: z.strictObject({
    sha256,
    order: z.array(natural),
    slices: z.array(z.strictObject({ slice: natural, rows: natural, places })),
  }),
  /** Those after them, one by one: some may not have come as far as the file. */
  recent: z.array(openPart),
  /** Slices that were read to their end, and in how many parts. */
  ended: z.array(z.strictObject({ slice: natural, parts: natural })),
});

export const unfinishedSchema = z.strictObject({
  fence: z.strictObject({ epoch: z.string(), since: z.string(), mark: z.string() }),
  /** Of everything in the manifest that another moment would not change. */
  manifest: sha256,
  tables: z.array(wholeTable),
  /** Those after them. */
  open: z.array(openTable),
});

export type Unfinished = z.infer<typeof unfinishedSchema>;
export type WholeTable = z.infer<typeof wholeTable>;
export type OpenTable = z.infer<typeof openTable>;
export type OpenPart = z.infer<typeof openPart>;

/** Where an export can go on after its process died; without, it always begins anew. */
export interface GoingOn {
  /** Whether an earlier attempt was begun. */
  readonly again: boolean;
  /** What that one has kept. */
  readonly kept: Unfinished | null;
  readonly keep: (unfinished: Unfinished) => Promise<void>;
}

/** Two exports of equal hashes write a table of equal rows as equal lines. */
export function manifestHash(manifest: Manifest): string {
  const { tables, source, request: _request, ...same } = manifest;
  const { systemIdentifier, databaseOid } = source;
  const described = tables.map(({ estimatedRows: _rows, estimatedBytes: _bytes, ...table }) => table);
  const text = canonicalJson({ ...same, tables: described, source: { systemIdentifier, databaseOid } });
  return createHash("sha256").update(text).digest("hex");
}

/** Of no part. */
export const NO_PARTS = "0".repeat(64);

/** The hash of parts one after another, with one more. */
export function chained(before: string, part: string): string {
  return createHash("sha256").update(before).update(part).digest("hex");
}
