/**
 * A writer like pgbench's with a rate: single rows of another tenant, read and written by their keys, so many transactions
 * a second as are asked for. What it falls behind by is what something else has taken from it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connect } from "../../lib/postgres/connection.ts";

export interface PacedWriter {
  /** Ends it; gives the transactions a second that were done, and by half second how many and how long they took. */
  stop(): Promise<Written>;
}

export interface Written {
  readonly seconds: number;
  readonly transactions: number;
  readonly slices: readonly { readonly at: number; readonly transactions: number; readonly worst: number }[];
}

const SLICE = 0.5;

/** @param rate transactions a second; null for as many as there can be */
export async function pacedWriter(
  url: string,
  ids: readonly string[],
  rate: number | null,
  origin = performance.now(),
): Promise<PacedWriter> {
  const client = await connect(url, { applicationName: "bench writer" });
  const begun = performance.now();
  let isOver = false;
  let transactions = 0;
  const slices = new Map<number, { transactions: number; worst: number }>();
  const run = async () => {
    while (!isOver) {
      const due = rate === null ? 0 : begun + (transactions / rate) * 1_000;
      const wait = due - performance.now();
      if (wait > 1) await sleep(wait);
      const sent = performance.now();
      await transaction(client, ids[transactions % ids.length]!);
      const now = performance.now();
      transactions++;
      const slice = Math.floor((now - origin) / 1_000 / SLICE);
      const so = slices.get(slice) ?? { transactions: 0, worst: 0 };
      slices.set(slice, { transactions: so.transactions + 1, worst: Math.max(so.worst, now - sent) });
    }
  };
  const running = run();
  return {
    async stop() {
      isOver = true;
      try {
        await running;
      } finally {
        await client.end();
      }
      const seconds = (performance.now() - begun) / 1_000;
      return {
        seconds,
        transactions,
        slices: [...slices].map(([slice, so]) => ({ at: slice * SLICE, ...so })),
      };
    },
  };
}

async function transaction(client: pg.Client, id: string): Promise<void> {
  await client.query({ name: "read", text: "SELECT * FROM public.shipments WHERE id = $1", values: [id] });
  await client.query({
    name: "write",
    text: "UPDATE public.shipments SET updated_at = clock_timestamp() WHERE id = $1",
    values: [id],
  });
}
