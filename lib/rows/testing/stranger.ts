/**
 * A stranger's platform from end to end: one awkward thing in a small schema, a tenant exported, imported elsewhere
 * with its ids kept, and beside itself and elsewhere with fresh ones, judged by the oracle and by everybody else's rows.
 */
import { expect } from "vitest";
import type { Finding } from "../../findings/finding.ts";
import { compareTenants } from "./oracle.ts";
import type { OracleCommon, OraclePointer, OracleSpec, OracleTable } from "./oracle-spec.ts";
import { changedResidents, readResidents } from "./residents.ts";
import { type TinyPlatform, tinyPlatform } from "./tiny-platform.ts";
import type { WalkRequest } from "./walk.ts";

export interface Stranger {
  /** SQL of both databases. */
  readonly schema: string;
  /** SQL of the rows at home: the tenant and at least one neighbour. */
  readonly rows: string;
  /** SQL of the rows elsewhere: residents, and common rows under other ids. */
  readonly elsewhere?: string;
  /** The platform file, as `tinyPlatform` takes it. */
  readonly yaml?: string;
  /** Slug or key of the tenant; `acme` when left out. */
  readonly tenant?: string;
  readonly tables: readonly OracleTable[];
  readonly common?: readonly OracleCommon[];
  /** By table: secrets, which are not the same afterwards even where every id is kept. */
  readonly secrets?: Readonly<Record<string, NonNullable<OracleTable["becomes"]>>>;
  /** What a copy is asked to be called; a new slug when left out. */
  readonly copy?: Partial<WalkRequest>;
  /** Left out where ids that stay the same are what is meant. */
  readonly keptIds?: readonly string[];
}

export interface Round {
  readonly platform: TinyPlatform;
  /** The tenant's rows. */
  readonly rows: number;
  /** Of the export, and of the two imports with fresh ids. */
  readonly exported: readonly Finding[];
  readonly imported: readonly Finding[];
}

/** The slug of copies. */
export const COPY = "copy";

/** Fails where anything is not as it was. The caller drops the platform. */
export async function goRound(stranger: Stranger, platform: TinyPlatform): Promise<Round> {
  await platform.source.query(stranger.rows);
  await platform.target.query(OTHER_NUMBERS);
  if (stranger.elsewhere !== undefined) await platform.target.query(stranger.elsewhere);
  const secretsOf = ({ name }: OracleTable) => stranger.secrets?.[name] ?? {};
  const spec: OracleSpec = {
    tables: stranger.tables.map((table) => ({
      ...table,
      becomes: { ...table.becomes, ...secretsOf(table) },
    })),
    common: stranger.common ?? [],
  };
  const { manifest, findings: exported } = await platform.export(stranger.tenant ?? "acme");
  const source = { client: platform.source, key: manifest.tenant.key };
  await expectRows(platform, spec, source.key);

  const nobody = await readResidents(platform.target, spec);
  await platform.import({ ids: "kept" });
  expect(changedResidents(nobody, await readResidents(platform.target, spec, source.key))).toEqual([]);
  const unchanged = {
    ...spec,
    tables: spec.tables.map((table) => ({ ...table, becomes: secretsOf(table) })),
  };
  const same = await compareTenants(unchanged, source, { client: platform.target, key: source.key });
  expect(same.differences).toEqual([]);

  const imported: Finding[] = [];
  // Elsewhere once more where ids of common rows differ: those follow in both modes, by other code.
  const places = spec.common.length === 0 ? (["source"] as const) : (["source", "target"] as const);
  for (const where of places) {
    const client = platform[where];
    const before = await readResidents(client, spec);
    const copy = await platform.import({
      ...(where === "source" ? { url: platform.sourceUrl } : {}),
      ...(stranger.copy ?? { newSlug: COPY }),
    });
    expect(changedResidents(before, await readResidents(client, spec, copy.tenant.key))).toEqual([]);
    const verdict = await compareTenants(spec, source, { client, key: copy.tenant.key });
    expect(verdict.differences).toEqual([]);
    expect(verdict.keptIds).toEqual(stranger.keptIds ?? []);
    expect(copy.tables.reduce((sum, table) => sum + table.rows, 0)).toBe(verdict.rows);
    imported.push(...copy.findings);
  }
  return { platform, rows: same.rows, exported, imported };
}

/** Numbers that residents elsewhere have are no numbers of the tenant's. */
const OTHER_NUMBERS =
  "SELECT setval(oid::regclass, 10000) FROM pg_catalog.pg_class WHERE relkind = 'S' AND relnamespace::regnamespace::text !~ '^pg_'";

/** Every table that a case speaks of has rows of the tenant's, and of somebody else's or nobody's. */
async function expectRows(platform: TinyPlatform, spec: OracleSpec, key: string): Promise<void> {
  for (const { name, owned } of spec.tables) {
    const { rows } = await platform.source.query<{ mine: boolean; others: boolean }>(
      `SELECT bool_or((${owned}) IS TRUE) AS mine, bool_or((${owned}) IS NOT TRUE) AS others FROM ${name} t`,
      [key],
    );
    expect({ name, ...rows[0] }).toEqual({ name, mine: true, others: true });
  }
}

/** Sets the stranger's two databases up, goes round, and takes them down. */
export async function roundOf(stranger: Stranger): Promise<Omit<Round, "platform">> {
  const platform = await tinyPlatform(stranger.schema, stranger.yaml ?? "");
  try {
    const { platform: _, ...round } = await goRound(stranger, platform);
    return round;
  } finally {
    await platform.drop();
  }
}

/** For findings of the model alone: what blocks or warns before a row is read. */
export function codesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ code }) => code))].sort();
}

/** `public.orgs` of `ORGS`, whose slug becomes the copy's. */
export const ORGS_TABLE: OracleTable = {
  name: "public.orgs",
  owned: "t.id::text = $1",
  ids: ["id"],
  becomes: { slug: { source: `'${COPY}'`, imported: "t.slug" } },
};

/**
 * A table for the oracle in one line.
 *
 * @param points by columns, with commas between: the table and columns pointed at, `public.orgs(id)`; or more
 */
export function owned(
  name: string,
  condition: string,
  ids: readonly string[],
  points: Readonly<Record<string, string | Omit<OraclePointer, "columns">>> = {},
  becomes?: OracleTable["becomes"],
): OracleTable {
  return {
    name: name.includes(".") ? name : `public.${name}`,
    owned: condition,
    ids,
    points: Object.entries(points).map(([columns, to]) => ({
      columns: columns.split(",").map((column) => column.trim()),
      ...(typeof to === "string" ? { to: [target(to)] } : to),
    })),
    ...(becomes === undefined ? {} : { becomes }),
  };
}

/** `public.orgs(id)`; without a schema, public. */
export function target(text: string): { table: string; columns: readonly string[] } {
  const [, table, columns] = /^(.+)\(([^()]+)\)$/.exec(text)!;
  const name = table!.includes(".") ? table! : `public.${table}`;
  return { table: name, columns: columns!.split(",").map((column) => column.trim()) };
}
