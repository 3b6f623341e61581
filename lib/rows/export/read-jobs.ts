/** Reads all jobs over several connections, and hands their parts over in the order of the bundle's members. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { createRowPlaces } from "../codec/row-places.ts";
import { type RunContext, unlessExceeded } from "../run-context.ts";
import type { Extent, Job } from "./jobs.ts";
import type { PartTaker } from "./keeping.ts";
import { orderedTurns } from "./ordered-turns.ts";
import { createPartBuffers, cutParts, PART_TARGET, type Part } from "./parts.ts";
import { type PathCheck, pathDisagreements } from "./paths-agree.ts";
import { createReadAhead } from "./read-ahead.ts";
import { readFinding } from "./read-findings.ts";

export interface Work {
  readonly jobs: readonly Job[];
  readonly checks: readonly PathCheck[];
  /** Estimated. */
  readonly totalRows: number;
  /** What was written of it before, for the progress. */
  readonly before?: { readonly rows: number; readonly bytes: number };
}

/**
 * Each connection takes the next job when it is done with one. The checks that only warn are made by whoever finds no
 * job left, while the others finish reading, and before: while common rows are still being looked for, which come
 * first in the file, so that little of what is read behind them could be written. Reading begins before there is a
 * file.
 *
 * @returns what the checks found
 */
export async function readJobs(
  readers: readonly pg.Client[],
  { jobs, checks, totalRows, before = { rows: 0, bytes: 0 } }: Work,
  taker: Promise<PartTaker>,
  context: RunContext,
): Promise<Finding[]> {
  const orders = new Map<Extent, number>();
  for (const { extent } of jobs) if (!orders.has(extent)) orders.set(extent, orders.size);
  const turns = orderedTurns(jobs.map(({ extent }) => orders.get(extent)!));
  const queue = [...jobs];
  // The longest first: what is left for the end is shared out among the connections.
  const unchecked = checks.toSorted((a, b) => b.rows - a.rows);
  const disagreements = new Map<PathCheck, readonly Finding[]>();
  /** How many of the jobs that find common rows are not done. */
  let looking = jobs.filter(({ extent }) => extent.section === "reference").length;
  let { rows, bytes } = before;
  const write = async (part: Part, job: Job) => {
    const { extent } = job;
    context.signal.throwIfAborted();
    await (await taker).take(part, job);
    rows += extent.section === "data" ? part.rows : 0;
    bytes += part.bytes;
    context.progress({
      phase: "reading",
      table: extent.table.id,
      rows,
      bytes,
      totalRows: unlessExceeded(totalRows, rows),
    });
  };
  const read = async (reader: pg.Client) => {
    const buffers = createPartBuffers();
    const ahead = createReadAhead();
    const makeChecks = async (isTime: () => boolean) => {
      while (isTime()) {
        const check = unchecked.shift();
        if (check === undefined) return;
        disagreements.set(check, await pathDisagreements(reader, check));
      }
    };
    for (;;) {
      if (queue[0]?.extent.section === "data") await makeChecks(() => looking > 0);
      const job = queue.shift();
      if (job === undefined) break;
      const { extent, sql, columns } = job;
      const places = job.places === 0 ? null : createRowPlaces(job.places);
      const order = orders.get(extent)!;
      try {
        for await (const part of cutParts(copyOut(reader, sql), columns, PART_TARGET, buffers, places))
          await ahead.add(part, (kept) => turns.take(order, () => write(kept, job)));
      } catch (error) {
        throw readFinding(error, extent.table.id, context.signal);
      }
      if (extent.section === "reference") looking--;
      ahead.afterwards(() => {
        turns.end(order);
        // Where there is no file, nothing ends in it.
        taker.then(
          (taking) => taking.ended(job),
          () => undefined,
        );
      });
    }
    await makeChecks(() => true);
    await ahead.end();
  };
  await Promise.all(
    readers.map((reader) =>
      read(reader).catch((error: unknown) => {
        turns.fail(error);
        throw error;
      }),
    ),
  );
  return checks.flatMap((check) => disagreements.get(check) ?? []);
}
