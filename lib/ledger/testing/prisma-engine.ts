/**
 * Prisma's own schema engine, as it is published for WebAssembly: the program behind `prisma migrate deploy`, whose
 * native build is a download that tests do without. Its driver for node cuts scripts at every semicolon; the native
 * one sends a script as one message, and so does this.
 */
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";

interface Engine {
  applyMigrations(input: unknown): Promise<{ readonly appliedMigrationNames: string[] }>;
  diagnoseMigrationHistory(input: unknown): Promise<{
    readonly editedMigrationNames: string[];
    readonly failedMigrationNames: string[];
    readonly history: unknown;
  }>;
  free(): void;
}

interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  readonly SchemaEngine: { new: (options: unknown, log: () => void, adapter: unknown) => Promise<Engine> };
}

const load = once(async () => {
  const glue = (await import("@prisma/schema-engine-wasm/schema_engine_bg")) as unknown as Glue;
  const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(path.replace(/\.js$/, ".wasm"));
  const imports = { "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue;
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const FILTERS = { externalTables: [], externalEnums: [] };

/** Names of what `prisma migrate deploy` has applied. */
export function deploy(url: string, folder: string): Promise<string[]> {
  return withEngine(url, async (engine) => {
    const input = { migrationsList: await migrationsList(folder), filters: FILTERS };
    return (await engine.applyMigrations(input)).appliedMigrationNames;
  });
}

/** What `prisma migrate status` goes by. */
export function diagnose(url: string, folder: string) {
  return withEngine(url, async (engine) =>
    engine.diagnoseMigrationHistory({
      migrationsList: await migrationsList(folder),
      optInToShadowDatabase: false,
      filters: FILTERS,
    }),
  );
}

async function withEngine<T>(url: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await load();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script: string) => void (await pool.query(script));
    return adapter;
  };
  const schema = [["schema.prisma", 'datasource db { provider = "postgresql" }']];
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels: schema }, () => undefined, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
    await pool.end();
  }
}

async function migrationsList(baseDir: string) {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const directory = async (path: string) => ({
    path,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok", value: await readFile(join(baseDir, path, "migration.sql"), "utf8") },
    },
  });
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(names.sort().map(directory)),
  };
}
