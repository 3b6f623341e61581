/** The delete in batches against one DELETE a table, and what it takes from a writer on another tenant meanwhile. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { digestsOf } from "../../lib/rows/delete/bundle-digests.ts";
import { DEFAULT_LIMITS } from "../../lib/rows/delete/governor.ts";
import { exportTenant } from "../../lib/rows/export/export-tenant.ts";
import { holdFence, readFence } from "../../lib/rows/fence/fence.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { cloneSource } from "../ground/databases.ts";
import { harborPlatform, TENANT } from "../ground/platform.ts";
import { RESULTS } from "../ground/server.ts";
import { pacedWriter, type Written } from "../measure/paced-writer.ts";
import { alternate, LONG_RUNS, median, timed } from "../measure/rounds.ts";
import { runWorker } from "../measure/worker.ts";
import { oneDelete } from "../peers/one-delete.ts";
import { table, type Verdict, within } from "../report.ts";
import type { Deleted, DeleteJob } from "../workers/delete.ts";
import { deletePlot } from "./delete-plot.ts";
import { memoryNotes, requireRows, type SuiteContext, type SuiteResult } from "./suite.ts";

/** Of what the writer reaches alone: it has air, as one on a live platform has. */
const SHARE_OF_ITS_BEST = 0.5;
/** Seconds. */
const ALONE = 5;

export async function deleteSuite(context: SuiteContext): Promise<SuiteResult> {
  const { ground, pair, owned, size, rounds, say } = context;
  const folder = join(ground.files, "delete");
  mkdirSync(folder);
  const { memory, note } = memoryNotes();
  const { manifest, seal } = await exportTenant(
    {
      url: pair.source,
      platform: harborPlatform(),
      tenant: TENANT,
      store: folderStore(folder),
      compression: "zstd",
      engineVersion: "bench",
    },
    quietContext(),
  );
  const tenantKey = manifest.tenant.key;
  const digests = join(folder, "digests.json");
  writeFileSync(digests, JSON.stringify(digestsOf(manifest, seal)));

  /** A copy with the tenant behind its fence. */
  const onClone = async <Result>(act: (url: string, epoch: string) => Promise<Result>): Promise<Result> => {
    const clone = await cloneSource(ground.url, pair);
    try {
      const client = await connect(clone.url, { applicationName: "bench" });
      await holdFence(client, owned.model, tenantKey, quietContext());
      const { epoch } = (await readFence(client, tenantKey))!;
      await client.query("CHECKPOINT");
      await client.end();
      return await act(clone.url, epoch);
    } finally {
      await clone.drop();
    }
  };
  const runs: Deleted[] = [];
  const deleting = (url: string) =>
    runWorker<Deleted>("delete", { url, tenantKey, digests } satisfies DeleteJob);
  const { batches, one } = await alternate(
    {
      batches: () =>
        onClone(async (url) => {
          const done = await deleting(url);
          requireRows(done, pair.rows * 1.1, "delete");
          note("delete", done.peakMemory);
          runs.push(done.result);
          return done.result.seconds;
        }),
      one: () =>
        onClone((url, epoch) =>
          timed(async () => {
            const rows = await oneDelete(url, tenantKey, epoch);
            if (rows < 0.9 * pair.rows) throw new Error(`one DELETE a table came to ${rows} rows`);
          }),
        ),
    },
    Math.min(rounds, 3),
    size < LONG_RUNS,
  );
  const verdicts: Verdict[] = [
    within(1.3, {
      what: "delete in batches : one DELETE a table",
      size,
      rows: pair.rows,
      ours: batches,
      peer: one,
    }),
    worstBatch(size, runs),
  ];
  for (const { comparing, recording, seconds, batches: each } of runs)
    say(
      `comparing ${comparing.toFixed(1)} s, recording ${recording.toFixed(1)} of ${seconds.toFixed(1)} s, ${each.length} batches`,
    );
  say(table(verdicts));
  say("a writer beside it …");
  verdicts.push(await onClone((url) => besideWriter(url, size, () => deleting(url))));
  say("others' writes with a fence, and without …");
  verdicts.push(await fenceCost(context, tenantKey));
  rmSync(folder, { recursive: true });
  return { memory, verdicts };
}

function worstBatch(size: number, runs: readonly Deleted[]): Verdict {
  const worst = runs.map(({ batches }) => Math.max(...batches.map(({ milliseconds }) => milliseconds)));
  const { target } = DEFAULT_LIMITS;
  const ratio = median(worst) / target;
  return {
    what: "worst batch : its target",
    size,
    ours: `${Math.round(median(worst))} ms`,
    peer: `${target} ms`,
    ratio,
    wanted: "≤ 1.50× of it",
    ok: ratio <= 1.5,
    rounds: { ours: worst, peer: worst.map(() => target) },
  };
}

/** Single-row updates of another tenant on a table that does not carry the key: as many as there can be. */
async function fenceCost({ ground, pair, owned, size }: SuiteContext, tenantKey: string): Promise<Verdict> {
  const clone = await cloneSource(ground.url, pair);
  try {
    const ids = await othersShipments(clone.url);
    const rate = async () => {
      const writer = await pacedWriter(clone.url, ids, null);
      await sleep(ALONE * 1_000);
      const { transactions, seconds } = await writer.stop();
      return transactions / seconds;
    };
    await rate();
    const without = await rate();
    const client = await connect(clone.url, { applicationName: "bench" });
    await holdFence(client, owned.model, tenantKey, quietContext());
    await client.end();
    const fenced = await rate();
    const ratio = fenced / without;
    return {
      what: "another tenant's writer, with a fence : without",
      size,
      ours: `${Math.round(fenced)} a second`,
      peer: `${Math.round(without)} a second`,
      ratio,
      wanted: "shown",
      ok: true,
      rounds: { ours: [fenced], peer: [without] },
    };
  } finally {
    await clone.drop();
  }
}

async function othersShipments(url: string): Promise<string[]> {
  const client = await connect(url, { applicationName: "bench" });
  try {
    const { rows } = await client.query<{ id: string }>(
      `SELECT s.id FROM public.shipments s JOIN public.projects p ON p.id = s.project_id
         JOIN public.organizations o ON o.id = p.organization_id
        WHERE o.slug <> $1 ORDER BY hashtext(s.id::text) LIMIT 2000`,
      [TENANT],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

async function besideWriter(
  url: string,
  size: number,
  deleting: () => Promise<{ readonly result: Deleted }>,
): Promise<Verdict> {
  const ids = await othersShipments(url);
  const alone = async (rate: number | null) => {
    const writer = await pacedWriter(url, ids, rate);
    await sleep(ALONE * 1_000);
    const { transactions, seconds } = await writer.stop();
    return transactions / seconds;
  };
  const rate = (await alone(null)) * SHARE_OF_ITS_BEST;
  const undisturbed = await alone(rate);
  const origin = performance.now();
  const writer = await pacedWriter(url, ids, rate, origin);
  let written: Written;
  let ended = 0;
  let result: Deleted;
  try {
    ({ result } = await deleting());
  } finally {
    ended = (performance.now() - origin) / 1_000;
    written = await writer.stop();
  }
  const disturbed = written.transactions / written.seconds;
  writeFileSync(
    join(RESULTS, "delete.svg"),
    deletePlot(result.batches, ended - result.seconds, written.slices, DEFAULT_LIMITS.target),
  );
  const ratio = disturbed / undisturbed;
  const said = (each: number) => `${Math.round(each)} a second`;
  return {
    what: "writer on another tenant, beside a delete : alone",
    size,
    ours: said(disturbed),
    peer: said(undisturbed),
    ratio,
    wanted: "≥ 0.90× its rate",
    ok: ratio >= 0.9,
    rounds: { ours: [disturbed], peer: [undisturbed] },
  };
}
