/**
 * A folder of bundles. A bundle is written under a temporary name, made durable, and only then linked to its
 * own name, which POSIX does in one step and never over an existing file (link(2); rename(2) would replace).
 *
 *     create partial → write… → sync file → publish (link) → remove partial (unlink) → sync folder
 */
import { randomBytes } from "node:crypto";
import { link, lstat, mkdir, open, readdir, statfs, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Refusal } from "../../findings/finding.ts";
import { beside } from "./beside.ts";
import { fileSource } from "./file-source.ts";
import { checkedName, isBundleName, PARTIAL } from "./names.ts";
import { orRefuse, storeFinding } from "./refusals.ts";
import {
  type BundleSink,
  type BundleSource,
  type BundleStore,
  plainly,
  type SideEffect,
  type StoredBundle,
} from "./store.ts";

/** Only its owner may read a bundle: it holds a customer's rows. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export interface FolderOptions {
  readonly sideEffect?: SideEffect;
  readonly region?: string | null;
}

/** The folder is made where it is missing (0700). */
export function folderStore(
  folder: string,
  { sideEffect = plainly, region = null }: FolderOptions = {},
): BundleStore {
  return {
    region,
    async create(name, options) {
      const sink = await createSink(folder, checkedName(name), sideEffect, options?.beside);
      const left = options?.beside;
      if (left === undefined) return sink;
      return beside(sink, () =>
        sideEffect("remove what was left", async () => void (await unlinkIfThere(join(folder, left)))),
      );
    },
    open: async (name) => fileSource(join(/* turbopackIgnore: true */ folder, checkedName(name))),
    room: () => roomIn(folder),
    list: () => listBundles(folder),
    remove: async (name) => removeBundle(folder, checkedName(name), sideEffect),
    unfinished: async (name) => openPartial(folder, checkedName(name)),
    discard: async (name) => removeStalePartials(folder, checkedName(name)),
  };
}

async function createSink(
  folder: string,
  name: string,
  sideEffect: SideEffect,
  but: string | undefined,
): Promise<BundleSink> {
  const final = join(folder, name);
  await orRefuse(basename(folder), () => mkdir(folder, { recursive: true, mode: FOLDER_MODE }));
  if (await exists(final)) {
    const todo = "Choose another name, or move the file away.";
    throw new Refusal(storeFinding("store-name-taken", name, "A file of this name exists already.", todo));
  }
  await removeStalePartials(folder, name, but);
  // A name of its own: of two writers of one bundle, neither can publish what the other has begun.
  const partial = `${final}.${randomBytes(6).toString("hex")}${PARTIAL}`;
  const handle = await sideEffect("create partial", () =>
    orRefuse(name, () => open(partial, "wx", FILE_MODE)),
  );
  let bytes = 0;
  let published = false;
  let aborted = false;
  let committing: Promise<void> | null = null;

  async function write(chunk: Buffer): Promise<void> {
    for (let position = 0; position < chunk.length; ) {
      const { bytesWritten } = await handle.write(chunk, position, chunk.length - position);
      position += bytesWritten;
    }
    bytes += chunk.length;
  }

  async function publish(): Promise<void> {
    await sideEffect("sync file", () => orRefuse(name, () => handle.sync()));
    await handle.close();
    await sideEffect("publish", () => orRefuse(name, () => link(partial, final)));
    published = true;
    await sideEffect("remove partial", () => unlinkIfThere(partial));
    await sideEffect("sync folder", () => syncFolder(folder));
  }

  return {
    write: (chunk) => sideEffect("write", () => orRefuse(name, () => write(chunk))),
    async commit() {
      if (aborted || committing) throw new Error("the bundle is committed or aborted already");
      committing = publish();
      await committing;
      return { bytes };
    },
    async abort() {
      // A commit under way is not pulled from under itself: it ends, one way or the other.
      await committing?.catch(() => undefined);
      if (published || aborted) return;
      aborted = true;
      await handle.close().catch(() => undefined);
      await sideEffect("remove partial", () => unlinkIfThere(partial));
    },
  };
}

/** Of the file system that the folder lies on, or will: what this user may fill. */
async function roomIn(folder: string): Promise<number | null> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path === dirname(path)) return null;
    }
  }
}

async function listBundles(folder: string): Promise<StoredBundle[]> {
  const entries = await orRefuse(basename(folder), () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => entry.isFile() && isBundleName(entry.name))
    .map((entry) => entry.name);
  const bundles = await Promise.all(
    names.sort().map(async (name) => {
      const { size, mtime } = await lstat(join(folder, name));
      return { name, bytes: size, storedAt: mtime };
    }),
  );
  return bundles;
}

async function removeBundle(folder: string, name: string, sideEffect: SideEffect): Promise<boolean> {
  const removed = await sideEffect("remove", () => orRefuse(name, () => unlinkIfThere(join(folder, name))));
  if (removed) await sideEffect("sync folder", () => syncFolder(folder));
  return removed;
}

/** What interrupted writers of the same bundle have left, all but one. */
async function removeStalePartials(folder: string, name: string, but?: string): Promise<void> {
  for (const entry of await stalePartials(folder, name))
    if (entry !== but) await unlinkIfThere(join(folder, entry));
}

async function stalePartials(folder: string, name: string): Promise<string[]> {
  if (!(await exists(folder))) return [];
  return (await orRefuse(basename(folder), () => readdir(folder))).filter((entry) => {
    const middle =
      entry.startsWith(`${name}.`) && entry.endsWith(PARTIAL) ? entry.slice(name.length + 1) : "";
    return /^[0-9a-f]{12}\.partial$/.test(middle);
  });
}

/** The largest of them: of two, one writer died before the other had removed what it found. */
async function openPartial(folder: string, name: string): Promise<BundleSource | null> {
  const sources = await Promise.all(
    (await stalePartials(folder, name)).map((entry) => fileSource(join(folder, entry))),
  );
  const [largest, ...others] = sources.sort((a, b) => b.size - a.size);
  await Promise.all(others.map((source) => source.close()));
  return largest ?? null;
}

/** Without it, a crash of the machine may forget the new name although the file's content is on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
