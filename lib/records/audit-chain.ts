/**
 * The chain over the audit trail. Entries commit with what they record; links are made after that, by one linker at a
 * time, in the order in which it finds them, so that a long transaction holds up nobody.
 */
import { asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { LOCK_CLASS } from "../postgres/tenant-lock.ts";
import { GENESIS, linkHash } from "./audit-form.ts";
import type { Records, RecordsTransaction } from "./client.ts";
import { auditEntries, auditLinks, auditUnlinked } from "./schema/audit-entries.ts";

/** Second key of the linker's lock. */
const LINKING = 2;

/** Entries a transaction: some megabytes at most. */
const BATCH = 1000;

/** A link that was seen, to be compared with later: kept elsewhere it also shows that the chain's end was cut off. */
export interface ChainHead {
  readonly place: number;
  readonly hash: string;
}

export interface ChainVerdict {
  /** Empty where every link holds. */
  readonly findings: readonly Finding[];
  readonly links: number;
  /** Entries that the linker has not come to yet. */
  readonly waiting: number;
  readonly head: ChainHead | null;
}

/**
 * Links what waits and returns how many entries that were; 0 also where another process is linking right now.
 */
export async function linkAudit(records: Records): Promise<number> {
  let linked = 0;
  for (;;) {
    const count = await records.transaction(linkBatch);
    linked += count;
    if (count < BATCH) return linked;
  }
}

async function linkBatch(tx: RecordsTransaction): Promise<number> {
  const lock = await tx.execute<{ locked: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(${LOCK_CLASS}::int, ${LINKING}::int) AS locked`,
  );
  if (!lock.rows[0]!.locked) return 0;
  const entries = await tx
    .select({ entry: auditEntries })
    .from(auditUnlinked)
    .innerJoin(auditEntries, eq(auditEntries.id, auditUnlinked.entryId))
    .orderBy(asc(auditEntries.id))
    .limit(BATCH);
  if (entries.length === 0) return 0;
  let head = (await readHead(tx)) ?? { place: 0, hash: GENESIS };
  const links = entries.map(({ entry }) => {
    const place = head.place + 1;
    head = { place, hash: linkHash(head.hash, place, entry) };
    return { ...head, entryId: entry.id, linkedAt: sql`clock_timestamp()` };
  });
  await tx.insert(auditLinks).values(links);
  await tx.delete(auditUnlinked).where(
    inArray(
      auditUnlinked.entryId,
      links.map((link) => link.entryId),
    ),
  );
  return links.length;
}

async function readHead(tx: RecordsTransaction): Promise<ChainHead | null> {
  const [head] = await tx
    .select({ place: auditLinks.place, hash: auditLinks.hash })
    .from(auditLinks)
    .orderBy(desc(auditLinks.place))
    .limit(1);
  return head ?? null;
}

/**
 * Walks the whole chain in one snapshot and reports its first break, entries that are in no link and wait for none,
 * and, where `seen` is given, a chain that no longer holds that earlier head.
 */
export async function verifyChain(records: Records, seen?: ChainHead): Promise<ChainVerdict> {
  return records.transaction((tx) => verify(tx, seen), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
}

async function verify(tx: RecordsTransaction, seen: ChainHead | undefined): Promise<ChainVerdict> {
  const findings: Finding[] = [];
  let head: ChainHead = { place: 0, hash: GENESIS };
  let seenHolds = seen === undefined;
  walk: for (;;) {
    const batch = await tx
      .select({ link: auditLinks, entry: auditEntries })
      .from(auditLinks)
      .leftJoin(auditEntries, eq(auditEntries.id, auditLinks.entryId))
      .where(sql`${auditLinks.place} > ${head.place}`)
      .orderBy(asc(auditLinks.place))
      .limit(BATCH);
    for (const { link, entry } of batch) {
      const broken = breakAt(head, link, entry);
      if (broken !== null) {
        findings.push(broken);
        break walk;
      }
      head = { place: link.place, hash: link.hash };
      if (seen?.place === head.place) seenHolds = seen.hash === head.hash;
    }
    if (batch.length < BATCH) break;
  }
  if (findings.length === 0 && !seenHolds) findings.push(otherChain(seen!));
  const [counts] = (
    await tx.execute<{ waiting: string; stray: string; links: string }>(sql`
      SELECT (SELECT count(*) FROM ${auditUnlinked}) AS waiting,
             (SELECT count(*) FROM ${auditLinks}) AS links,
             (SELECT count(*) FROM ${auditEntries} AS e
               WHERE NOT EXISTS (SELECT FROM ${auditLinks} AS l WHERE l.entry_id = e.id)
                 AND NOT EXISTS (SELECT FROM ${auditUnlinked} AS u WHERE u.entry_id = e.id)) AS stray`)
  ).rows;
  const stray = Number(counts!.stray);
  if (stray > 0) findings.push(strayEntries(stray));
  return {
    findings,
    links: Number(counts!.links),
    waiting: Number(counts!.waiting),
    head: head.place === 0 ? null : head,
  };
}

type Link = typeof auditLinks.$inferSelect;
type Entry = typeof auditEntries.$inferSelect;

function breakAt(head: ChainHead, link: Link, entry: Entry | null): Finding | null {
  const place = head.place + 1;
  if (link.place !== place) return broken(place, `Link ${place} is missing; the next one is ${link.place}.`);
  if (entry === null) return broken(place, `The entry of link ${place} is gone.`);
  if (linkHash(head.hash, place, entry) === link.hash) return null;
  return broken(place, `Entry ${entry.id} at link ${place} is not the one that was linked.`);
}

function broken(place: number, what: string): Finding {
  return {
    code: "audit-chain-broken",
    severity: "blocks",
    where: `audit trail, link ${place}`,
    what: `${what} Nothing from here on is proved.`,
    todo: "Compare with a backup of the records, and find out who has the owner's access to them.",
  };
}

function otherChain(seen: ChainHead): Finding {
  return {
    code: "audit-chain-other",
    severity: "blocks",
    where: `audit trail, link ${seen.place}`,
    what: `The chain holds no link ${seen.place} with the hash that was seen earlier: its end was cut off, or it was made anew.`,
    todo: "Compare with a backup of the records, and find out who has the owner's access to them.",
  };
}

function strayEntries(count: number): Finding {
  return {
    code: "audit-entries-unlinked",
    severity: "blocks",
    where: "audit trail",
    count,
    what: `${count} ${count === 1 ? "entry is in no link and does" : "entries are in no link and do"} not wait for one: the linker's list was changed by hand.`,
    todo: "Find out who changed the records by hand.",
  };
}
