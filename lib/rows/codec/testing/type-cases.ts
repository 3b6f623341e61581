/**
 * For every type that a column can have, the values that are hardest to carry, as text for the type's input
 * function. NULL is added to every type by the tests.
 */

import { BUILT_IN_TYPES } from "./built-in-types.ts";
import { ARRAY_TYPES, OWN_TYPES } from "./own-types.ts";
import type { TypeCase } from "./type-case.ts";

export const TYPE_CASES: readonly TypeCase[] = [...BUILT_IN_TYPES, ...ARRAY_TYPES, ...OWN_TYPES];

/** Built-in types whose input function refuses everything: no dump can carry them, and no table should hold them. */
export const NOT_READABLE = new Set([
  "gtsvector",
  "pg_brin_bloom_summary",
  "pg_brin_minmax_multi_summary",
  "pg_dependencies",
  "pg_mcv_list",
  "pg_ndistinct",
  "pg_node_tree",
]);
