/** Where an import can be tried again and again: a small platform, and the demo's smallest tenant. */
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { harborSpec } from "./harbor-spec.ts";
import type { OracleSpec } from "./oracle-spec.ts";
import { SMALL_PLATFORM, smallDatabase, smallSpec } from "./small-platform.ts";

export interface Stage {
  readonly platform: () => Promise<string>;
  readonly tenant: string;
  readonly root: string;
  /** People whom everybody shares; some are made on the way. */
  readonly people: string;
  readonly open: (which: "home" | "elsewhere") => Promise<TestDatabase>;
  readonly spec: (slug: string, domains: ReadonlyMap<string, string>) => OracleSpec;
  /** Side effects that an import there must have, besides those of every import. */
  readonly sideEffects: readonly string[];
}

export const SMALL_STAGE: Stage = {
  platform: async () => SMALL_PLATFORM,
  tenant: "one",
  root: "public.orgs",
  people: "public.people",
  open: smallDatabase,
  spec: smallSpec,
  sideEffects: ["draw ids public.items.id", "copy public.notes"],
};

export const HARBOR_STAGE: Stage = {
  platform: () => readFile(new URL("../../../examples/harbor/platform.yaml", import.meta.url), "utf8"),
  tenant: "tern-island",
  root: "public.organizations",
  people: "public.users",
  open: (which) => createTestDatabase(which === "home" ? "harbor" : "harbor-us"),
  spec: (slug, domains) => harborSpec({ slug, domains }),
  sideEffects: ["draw ids public.tickets.id", "copy public.usage_counters"],
};

export async function keyAtStage(
  client: pg.ClientBase,
  { root }: Stage,
  slug: string,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${root} WHERE slug = $1`, [slug]);
  return rows[0]?.id ?? null;
}
