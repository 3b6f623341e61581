import { expect, test } from "vitest";
import { base62, uuidV4, uuidV7 } from "./identifiers.ts";

const ROWS = 100_000;

/** Of the kinds of id that must be unique among all tenants. */
const KINDS: Record<string, (seed: number, row: number) => string> = {
  "random uuids": (seed, row) => uuidV4(seed, 7, row),
  "uuids of one moment": (seed, row) => uuidV7(seed, 7, row, 1_700_000_000_000),
  "text ids": (seed, row) => base62(seed, 7, row, 16),
};

for (const [kind, make] of Object.entries(KINDS)) {
  test(`${kind} of three large tenants never meet`, () => {
    const ids = new Set<string>();
    for (const seed of [1, 2, 0x9e3779b9]) for (let row = 0; row < ROWS; row++) ids.add(make(seed, row));
    expect(ids.size).toBe(3 * ROWS);
  });
}
