/** Exports of a tenant whose tables are several parts long, killed anywhere, and the attempts that follow. */
import { join } from "node:path";
import type pg from "pg";
import { expect } from "vitest";
import { folderStore } from "../../bundle/stores/folder.ts";
import type { BundleSource, BundleStore } from "../../bundle/stores/store.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { bundleSide } from "../compare/bundle-side.ts";
import { compareSides } from "../compare/compare.ts";
import { liveSide } from "../compare/live-side.ts";
import { dropFence, holdFence } from "../fence/fence.ts";
import { type Progress, quietContext } from "../run-context.ts";
import { BULKY_PLATFORM, bulkyDatabase, bulkyPlatform, ROWS_EACH } from "./bulky-platform.ts";
import { type CrashPoint, crashAt, crashPoints } from "./crash.ts";
import type { CrashJob } from "./crash-child.ts";
import { goingOnIn } from "./going-on-in.ts";
import { smallPartsIn } from "./small-parts.ts";
import { exportTo, temporaryFolder } from "./walk.ts";

export type KilledExport = CrashJob & { operation: "export"; keptIn: string };
/** Where it writes, and to whom it is encrypted. */
export type Kind = Partial<Pick<KilledExport, "recipients" | "bucket">>;

export interface WentOn {
  readonly code: string;
  readonly what: string;
  /** Rows. */
  readonly taken: number;
  /** The bundle, as the store holds it. */
  readonly bytes: Buffer;
}

export interface KilledExports {
  readonly client: pg.Client;
  fence(): Promise<void>;
  unfence(): Promise<void>;
  newJob(kind?: Kind): KilledExport;
  /** Of an export of this kind; of a fenced tenant, if it is one when this is asked for first. */
  points(kind?: Kind): Promise<readonly CrashPoint[]>;
  /** When so many of all parts have been handed over. */
  afterShare(share: number, kind?: Kind): Promise<CrashPoint>;
  crashed(point: CrashPoint, kind?: Kind): Promise<KilledExport>;
  /** The next attempt: ends with the one whole bundle that equals the living tenant, and says what it took over. */
  goOn(job: KilledExport, keys?: Keys): Promise<WentOn>;
  close(): Promise<void>;
}

export interface Keys {
  /** What opens the unfinished file. */
  readonly unfinished: readonly string[];
  /** What opens the bundle. */
  readonly bundle: readonly string[];
}

const NAME = "one.tar.gz";
const ALL_ROWS = 3 * ROWS_EACH + 1;
const PLATFORM = bulkyPlatform();

export async function killedExports(): Promise<KilledExports> {
  const folder = await temporaryFolder();
  const home = await bulkyDatabase();
  const client = await home.connect();
  const { rows } = await client.query<{ id: string }>("SELECT id FROM orgs WHERE slug = 'one'");
  const key = rows[0]!.id;
  const listed = new Map<string, Promise<readonly CrashPoint[]>>();
  const request = { url: home.url, platform: PLATFORM, tenant: "one", name: NAME };
  let places = 0;

  function newJob(kind: Kind = {}): KilledExport {
    const place = join(folder.path, String(++places));
    const { url, tenant, name } = request;
    const job = { operation: "export", url, tenant, name, platform: BULKY_PLATFORM, point: null } as const;
    return { ...job, folder: place, keptIn: `${place}.kept`, ...kind };
  }

  function points(kind: Kind = {}): Promise<readonly CrashPoint[]> {
    const name = JSON.stringify(kind);
    const found = listed.get(name) ?? crashPoints(newJob(kind));
    listed.set(name, found);
    return found;
  }

  async function equalsLiving(source: BundleSource): Promise<boolean> {
    const live = await liveSide(request);
    const { equal } = await compareSides(await bundleSide(source), live, quietContext());
    await live.close();
    return equal;
  }

  return {
    client,
    fence: async () =>
      holdFence(client, deriveModel(await readCatalog(client), PLATFORM), key, quietContext()),
    unfence: () => dropFence(client, key, quietContext()),
    newJob,
    points,
    async afterShare(share, kind) {
      const all = await points(kind);
      const written = all.filter(({ name, when }) => name === "write part" && when === "after");
      return written[Math.floor(written.length * share)]!;
    },
    async crashed(point, kind) {
      const job = newJob(kind);
      await crashAt(job, point);
      return job;
    },
    async goOn(job, keys = { unfinished: [], bundle: [] }) {
      const { bucket } = job;
      const store = withKeys(bucket ? smallPartsIn(bucket) : folderStore(job.folder), keys);
      const seen: Progress[] = [];
      const context = quietContext({ progress: (progress) => seen.push(progress) });
      const { recipients } = job;
      const goingOn = goingOnIn(job.keptIn, true);
      const { findings } = await exportTo(job.folder, { ...request, store, recipients, goingOn }, context);
      expect((await store.list()).map(({ name }) => name)).toEqual([NAME]);
      expect(await store.unfinished!(NAME)).toBeNull();
      const source = await store.open(NAME);
      const verified = await verifyBundle(source);
      expect(verified.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
      expect(verified.seal!.totals.rows).toBe(ALL_ROWS);
      expect(await equalsLiving(source)).toBe(true);
      const bytes = await source.read(0, source.size);
      await source.close();
      const { code, what, count } = findings.find((finding) => SAID.test(finding.code))!;
      const taken = seen.findLast(({ phase }) => phase === "taking over")?.rows ?? 0;
      expect(count ?? 0).toBe(taken);
      // What is not taken over is read, once.
      expect(seen.at(-1)!.rows).toBe(ALL_ROWS);
      return { code, what, taken, bytes };
    },
    close: () => folder.remove(),
  };
}

const SAID = /^export-(went-on|began-anew)$/;

/** As a console's stores have them. */
function withKeys(store: BundleStore, keys: Keys): BundleStore {
  const opened = (source: BundleSource, identities: readonly string[]): BundleSource => ({
    ...source,
    identities: async () => identities,
  });
  return {
    ...store,
    open: async (name) => opened(await store.open(name), keys.bundle),
    async unfinished(name) {
      const source = await store.unfinished!(name);
      return source && opened(source, keys.unfinished);
    },
  };
}
