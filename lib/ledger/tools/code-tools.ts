/**
 * Tools whose migrations are programs: Django, Rails, Alembic, TypeORM, Pop. Their ledgers and folders are read, so
 * that one can see what has run where; to bring a database to a version is left to a command.
 */
import { basename, dirname, extname, join, relative } from "node:path";
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, readFileNames, readFolder, readMigrationText } from "../folder.ts";
import type { AppliedMigration, LedgerReader, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { inGraph } from "./migration-graph.ts";
import { detectsTable } from "./tool-table.ts";

interface CodeTool {
  readonly tool: string;
  readonly table: LedgerSignature;
  /** Gives `version` and `name` in the tool's order, from the table that is quoted already. */
  readonly recorded: (table: string) => string;
  readonly list: (folder: string) => Promise<MigrationFile[]>;
}

function reader({ tool, table, recorded, list }: CodeTool): LedgerReader {
  const read = async (client: pg.ClientBase) => {
    const { sql } = await requireLedgerTable(client, table);
    const { rows } = await client.query<AppliedMigration>(recorded(sql));
    return ledgerOf(
      tool,
      rows.map(({ version, name }) => ({ version, checksum: "", name })),
    );
  };
  return { tool, detect: detectsTable(table), read, list };
}

type Named = (fileName: string, text: string, path: string) => { version: string; name: string } | null;

/** The folder's files that `named` takes for migrations. */
async function programs(folder: string, names: readonly string[], named: Named): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const fileName of names) {
    const path = join(folder, fileName);
    const { text } = await readMigrationText(path, findings);
    const found = named(fileName, text, path);
    if (found === null) continue;
    const isCode = extname(fileName) !== ".sql";
    files.push({
      ...found,
      path,
      checksum: "",
      transactional: true,
      sql: text,
      ...(isCode ? { code: true as const } : {}),
    });
  }
  return listed(files, findings);
}

const withDigits =
  (pattern: RegExp): Named =>
  (fileName) => {
    const [, version, name = ""] = pattern.exec(fileName) ?? [];
    return version === undefined ? null : { version, name };
  };

const RAILS_FILE = /^(\d+)_(.*)\.rb$/;

/** Versions without a length, beside the environment that Rails keeps. */
const rails = reader({
  tool: "rails",
  table: {
    name: "schema_migrations",
    columns: ["version"],
    beside: ["ar_internal_metadata"],
    fits: ({ beside }) => beside.length > 0,
  },
  recorded: (table) => `SELECT version, '' AS name FROM ${table} ORDER BY version COLLATE "C"`,
  list: async (folder) => {
    const names = (await readFileNames(folder)).filter((name) => RAILS_FILE.test(name));
    return programs(folder, names, withDigits(RAILS_FILE));
  },
});

const POP_FILE = /^(\d+)_(.*?)(?:\.postgres)?\.up\.(?:sql|fizz)$/;

const pop = reader({
  tool: "pop",
  table: { name: "schema_migration", columns: ["version"] },
  recorded: (table) => `SELECT version, '' AS name FROM ${table} ORDER BY version COLLATE "C"`,
  list: async (folder) => {
    const names = (await readFileNames(folder)).filter((name) => POP_FILE.test(name));
    return programs(folder, names, withDigits(POP_FILE));
  },
});

/** A migration's name is that of its class, which ends in the moment it was made at. */
const typeorm = reader({
  tool: "typeorm",
  table: { name: "migrations", columns: ["id", "timestamp", "name"] },
  recorded: (table) => `SELECT name AS version, name FROM ${table} ORDER BY timestamp, id`,
  list: async (folder) => {
    const names = (await readFileNames(folder)).filter(
      (name) => /^\d{13}-.*\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name),
    );
    return programs(folder, names, (_, text) => {
      const [, version] = /\bclass\s+(\w*\d{13})\b/.exec(text) ?? [];
      return version === undefined ? null : { version, name: version };
    });
  },
});

/** Each application of a project has its own numbers; what hangs on what is said in the files. */
const django: LedgerReader = {
  ...reader({
    tool: "django",
    table: { name: "django_migrations", columns: ["id", "app", "name"] },
    recorded: (table) => `SELECT app || '.' || name AS version, name FROM ${table} ORDER BY id`,
    list: async (folder) => {
      const files = await programs(folder, await djangoFiles(folder, folder), (fileName, _, path) => {
        const app = basename(dirname(dirname(path)));
        const name = basename(fileName, ".py");
        return { version: `${app}.${name}`, name };
      });
      return inGraph(files, ({ sql }) => {
        const [, list = ""] = /\bdependencies\s*=\s*\[([\s\S]*?)\]/.exec(sql) ?? [];
        return [...list.matchAll(/\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']\s*\)/g)].map(
          ([, app, name]) => `${app}.${name}`,
        );
      });
    },
  }),
  complete(ledger, files) {
    return ledgerOf(
      "django",
      ledger.applied.filter(({ version }) => !isOfPackage(version, files)),
    );
  },
  isElsewhere: isOfPackage,
};

const appOf = (version: string) => version.split(".")[0];

/** Applications that come with packages have their files elsewhere: nothing can be said of them. */
function isOfPackage(version: string, files: readonly MigrationFile[]): boolean {
  return files.length > 0 && !files.some((file) => appOf(file.version) === appOf(version));
}

/** `<app>/migrations/0001_name.py`, at whatever depth. */
async function djangoFiles(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isFolder } of await readFolder(folder)) {
    if (isFolder && !/^(\.|__|node_modules$|venv$)/.test(name))
      found.push(...(await djangoFiles(root, join(folder, name))));
    else if (basename(folder) === "migrations" && /^\d+_\w+\.py$/.test(name))
      found.push(relative(root, join(folder, name)));
  }
  return found;
}

const ALEMBIC_TABLE: LedgerSignature = { name: "alembic_version", columns: ["version_num"] };
const REVISION = /^revision\s*(?::[^=]+)?=\s*["'](\w+)["']/m;
const BELOW = /^down_revision\s*(?::[^=]+)?=\s*(.*)$/m;

/** What a revision was made on top of: none, one, or several where branches were merged. */
const below = ({ sql }: MigrationFile): string[] =>
  [...(BELOW.exec(sql)?.[1] ?? "").matchAll(/["'](\w+)["']/g)].map(([, revision]) => revision!);

/** The ledger holds the heads only: what lies below them is in the files. */
const alembic: LedgerReader = {
  ...reader({
    tool: "alembic",
    table: ALEMBIC_TABLE,
    recorded: (table) => `SELECT version_num AS version, '' AS name FROM ${table} ORDER BY version_num`,
    list: async (folder) => {
      const isEnvironment = (await readFolder(folder)).some(
        ({ name, isFolder }) => isFolder && name === "versions",
      );
      const versions = isEnvironment ? join(folder, "versions") : folder;
      const names = (await readFileNames(versions)).filter((name) => name.endsWith(".py"));
      const files = await programs(versions, names, (fileName, text) => {
        const [, version] = REVISION.exec(text) ?? [];
        if (version === undefined) return null;
        return { version, name: basename(fileName, ".py").replace(`${version}_`, "") };
      });
      return inGraph(files, below);
    },
  }),
  async read(client) {
    const { sql } = await requireLedgerTable(client, ALEMBIC_TABLE);
    const { rows } = await client.query<{ version: string }>(
      `SELECT version_num AS version FROM ${sql} ORDER BY 1`,
    );
    const heads = rows.map(({ version }) => ({ version, checksum: "", name: "" }));
    return { ...ledgerOf("alembic", heads), headOnly: true };
  },
  keepsHeadsOnly: true,
  complete(ledger, files) {
    const byVersion = new Map(files.map((file) => [file.version, file]));
    const reached = new Set<string>();
    const wanted = ledger.applied.map(({ version }) => version);
    for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
      const file = byVersion.get(next);
      if (reached.has(next)) continue;
      reached.add(next);
      if (file !== undefined) wanted.push(...below(file));
    }
    const known = files.filter(({ version }) => reached.has(version));
    const others = [...reached].filter((version) => !byVersion.has(version)).sort();
    return ledgerOf("alembic", [
      ...others.map((version) => ({ version, checksum: "", name: "" })),
      ...known.map(({ version, name }) => ({ version, checksum: "", name })),
    ]);
  },
};

/** In the order in which they are looked for. */
export const codeTools: readonly LedgerReader[] = [django, rails, alembic, typeorm, pop];
