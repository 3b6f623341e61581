/** The work in hand as metrics, read at the moment of asking. */
import { Gauge, type Registry } from "prom-client";
import { eventFeedOf } from "../../engine/event-feed.ts";
import type { Records } from "../../records/client.ts";
import { readWork } from "./work.ts";

export interface WorkGauges {
  /** Reads the records and sets all of them. */
  refresh(records: Records): Promise<void>;
}

/** A tenant is a label only of runs in hand, and goes with them: never of all tenants there are. */
export function workGauges(registry: Registry): WorkGauges {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `tenantry_${name}`, help, labelNames, registers });
  const operations = gauge("operations", "Operations that are not at their end, by state.", [
    "kind",
    "state",
  ]);
  const jobs = gauge("queue_jobs", "Jobs that wait for a worker.");
  const queueSeconds = gauge("queue_lag_seconds", "How long the job waits that has waited longest.");
  const unlinked = gauge("audit_unlinked", "Entries of the audit trail that are not in the chain yet.");
  const unlinkedSeconds = gauge("audit_lag_seconds", "How long the oldest of them waits.");
  const run = ["operation", "kind", "platform", "tenant"] as const;
  const rows = gauge("run_rows", "Rows that a run in hand has moved so far.", run);
  const bytes = gauge("run_bytes", "Bytes that a run in hand has moved so far.", run);
  const silent = gauge("run_silent_seconds", "Since the last sign of life of a run's worker.", run);
  const followers = gauge("event_followers", "Open streams of events in this process.");
  const listening = gauge("event_listening", "1 while notifications arrive; at 0 open pages poll.");

  return {
    async refresh(records) {
      const work = await readWork(records);
      operations.reset();
      for (const { kind, state, count } of work.states) operations.set({ kind, state }, count);
      jobs.set(work.waitingJobs);
      queueSeconds.set(work.queueSeconds);
      unlinked.set(work.unlinked);
      unlinkedSeconds.set(work.unlinkedSeconds);
      for (const each of [rows, bytes, silent]) each.reset();
      for (const { operation, kind, platform, tenant, ...now } of work.runs) {
        const labels = { operation, kind, platform, tenant };
        rows.set(labels, now.rows);
        bytes.set(labels, now.bytes);
        silent.set(labels, now.silentSeconds);
      }
      const feed = eventFeedOf(records);
      followers.set(feed.followers);
      listening.set(feed.listening ? 1 : 0);
    },
  };
}
