/**
 * An import's journal: a small record that outlives the process, in a file or wherever the caller keeps it. Written
 * before the database is, it holds the remap and, just before COMMIT, the transaction's id; so a later run knows
 * whether a lost one took effect, and a comparison knows which id became which.
 */
import { createHash, randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { remapSchema } from "../remap/remap.ts";

const journalSchema = z.strictObject({
  journal: z.literal(1),
  /** SHA-256 of the bundle file and of what was asked: the same request finds its own journal again. */
  operationKey: z.string(),
  bundle: z.string(),
  /** `system_identifier/oid` of the target database; no address, no password. */
  target: z.string(),
  state: z.enum(["loading", "committing", "done"]),
  /** `pg_current_xact_id()` of the transaction that loads. */
  transaction: z.string().nullable(),
  remap: remapSchema,
});

export type Journal = z.infer<typeof journalSchema>;

/** Where an import's journal is kept. */
export interface JournalStore {
  /** What findings call it: a path, an operation. */
  readonly where: string;
  /** The journal of an earlier attempt, or null. */
  read(): Promise<Journal | null>;
  /** Replaces the journal as a whole: a crash leaves the old one or the new one. */
  write(journal: Journal): Promise<void>;
}

/** A journal in a file of its own; what is a store already stays one. */
export function journalAt(place: string | JournalStore): JournalStore {
  if (typeof place !== "string") return place;
  return {
    where: place,
    read: () => readJournal(place),
    write: (journal) => writeJournal(place, journal),
  };
}

/** A stored value as a journal; null where it is none. */
export function parseJournal(value: unknown): Journal | null {
  return journalSchema.safeParse(value).data ?? null;
}

/** The key by which the same request is recognised: bundle, target, and what was asked. */
export function operationKey(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Where an import's journal lies unless somebody says otherwise: beside the bundle. */
export function journalPath(bundlePath: string, key: string): string {
  return `${bundlePath}.${key.slice(0, 12)}.import.json`;
}

/** The journal of an earlier attempt, or null. */
export async function readJournal(path: string): Promise<Journal | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw new Refusal(unreadable(path, `This journal cannot be read (${code ?? "unknown error"}).`), {
      cause: error,
    });
  }
  const parsed = journalSchema.safeParse(tryJson(text));
  if (parsed.success) return parsed.data;
  throw new Refusal(unreadable(path, "This is not the journal of an import, or it was altered."));
}

function unreadable(where: string, what: string): Finding {
  return {
    code: "journal-unreadable",
    severity: "blocks",
    where,
    what,
    todo: "Name another one with --journal; if you are sure that no import of this bundle is under way, remove the file.",
  };
}

/** Replaces the journal as a whole: a crash leaves the old one or the new one. */
export async function writeJournal(path: string, journal: Journal): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.partial`;
  try {
    // The remap tells which ids belong together; it is nobody else's business.
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(JSON.stringify(journal));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new Refusal(
      {
        code: "journal-not-writable",
        severity: "blocks",
        where: path,
        what: `The import's journal cannot be written (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`,
        todo: "Name a path that can be written with --journal.",
      },
      { cause },
    );
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
