/** A bundle of the small platform from before its last migration, and a server on which it is upgraded. */
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { connect } from "../../postgres/connection.ts";
import { startThrowawayServer } from "../../postgres/server/throwaway.ts";
import { SMALL_PLATFORM, SMALL_ROWS, SMALL_SCHEMA } from "../../rows/testing/small-platform.ts";
import { exportTo, parsePlatform } from "../../rows/testing/walk.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { receiveUpload } from "../uploads/receive.ts";
import type { TestWorld } from "./world.ts";

export interface OlderBundle {
  /** Lines for the platform file. */
  readonly platform: string;
  /** Uploads it, once the world is there. */
  take(world: TestWorld): Promise<void>;
  bundleId(): string;
  /** Databases and roles that upgrades have left on their server. */
  left(): Promise<string[]>;
  close(): Promise<void>;
}

const MORE = `ALTER TABLE items ADD label text; UPDATE items SET label = upper(body);`;

/** Sets what a console is told by its environment: where migrations lie, and the server for throwaway databases. */
export async function olderBundle(): Promise<OlderBundle> {
  const base = await mkdtemp(join(tmpdir(), "tenantry-older-"));
  const migrations = join(base, "small", "migrations");
  await mkdir(migrations, { recursive: true });
  await writeFile(join(migrations, "1_small.sql"), SMALL_SCHEMA);
  await writeFile(join(migrations, "2_labels.sql"), MORE);
  const then = await createTestDatabase("empty");
  const client = await then.connect();
  await migrate(client, sqlxAdapter, migrations, { upTo: "1" });
  await client.query(SMALL_ROWS);
  const platform = parsePlatform(SMALL_PLATFORM);
  const bundle = await exportTo(base, { url: then.url, platform, tenant: "one", name: "older.tar.gz" });
  await then.drop();
  const server = await startThrowawayServer(30);
  process.env.TENANTRY_MIGRATIONS_FOLDER = base;
  process.env.TENANTRY_DRILL_SERVER_URL = server.url;
  let id = "";
  return {
    platform: "migrations: ./migrations\n",
    async take({ console, platformId, actor }) {
      const taken = await receiveUpload(console, await actor("admin"), {
        platformId,
        fileName: "older.tar.gz",
        content: createReadStream(bundle.path),
        announcedBytes: null,
        stillAllowed: async () => true,
      });
      if (!taken.ok) throw new Error(JSON.stringify(taken.findings));
      id = taken.bundleId;
    },
    bundleId: () => id,
    async left() {
      const admin = await connect(server.url, { applicationName: "test" });
      try {
        const { rows } = await admin.query<{ name: string }>(LEFT);
        return rows.map(({ name }) => name);
      } finally {
        await admin.end();
      }
    },
    async close() {
      delete process.env.TENANTRY_MIGRATIONS_FOLDER;
      delete process.env.TENANTRY_DRILL_SERVER_URL;
      await server.stop();
      await rm(base, { recursive: true });
    },
  };
}

const LEFT = `SELECT datname AS name FROM pg_database WHERE datname LIKE 'tenantry%'
  UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenantry%'`;
