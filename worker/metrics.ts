/** What a worker counts: read off the same stable events that it logs, so that log and metrics never disagree. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Log } from "../lib/engine/engine.ts";

export interface WorkerMetrics {
  readonly registry: Registry;
  /** Counts an event, then hands it on. */
  readonly log: Log;
  readonly observeBatch: (kind: string, step: string, seconds: number) => void;
}

const ENDS = new Set(["succeeded", "failed", "aborted", "unknown", "paused"]);

export function countEvents(next: Log): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const ends = new Counter({
    name: "tenantry_run_ends_total",
    help: "How runs of this worker ended.",
    labelNames: ["kind", "end"],
    registers,
  });
  const claims = new Counter({
    name: "tenantry_run_claims_total",
    help: "How often this worker took up a run.",
    labelNames: ["kind"],
    registers,
  });
  const lost = new Counter({
    name: "tenantry_leases_lost_total",
    help: "Runs that another worker took over, or whose records were out of reach.",
    registers,
  });
  const driving = new Gauge({
    name: "tenantry_runs_in_hand",
    help: "Runs that this worker drives now.",
    registers,
  });
  const seconds = new Histogram({
    name: "tenantry_run_seconds",
    help: "From a run's begin to its end.",
    labelNames: ["kind", "end"],
    buckets: [1, 5, 15, 60, 300, 900, 3600, 14_400],
    registers,
  });
  const rounds = new Histogram({
    name: "tenantry_periodic_seconds",
    help: "How long the rounds of periodic work take.",
    labelNames: ["periodic"],
    buckets: [0.1, 0.5, 2, 10, 60, 300],
    registers,
  });
  const failures = new Counter({
    name: "tenantry_periodic_failures_total",
    help: "Rounds of periodic work that failed.",
    labelNames: ["periodic"],
    registers,
  });

  const batches = new Histogram({
    name: "tenantry_run_batch_seconds",
    help: "How long a batch of a step takes: from one report of its progress to the next.",
    labelNames: ["kind", "step"],
    buckets: [0.01, 0.05, 0.2, 1, 5, 20, 60, 300],
    registers,
  });
  const retries = new Counter({
    name: "tenantry_step_retries_total",
    help: "Steps tried again after an error that passes; 55P03 is a lock that was waited for in vain.",
    labelNames: ["kind", "step", "sqlstate"],
    registers,
  });

  function count(event: string, facts: Readonly<Record<string, unknown>>): void {
    const [subject, what] = event.split(".") as [string, string];
    const kind = String(facts.kind);
    if (event === "operation.claimed") claims.inc({ kind });
    else if (event === "operation.lost") lost.inc();
    else if (event === "step.retried")
      retries.inc({ kind, step: String(facts.step), sqlstate: String(facts.sqlstate ?? "none") });
    else if (event === "worker.took-up") driving.inc();
    else if (event === "worker.put-down") driving.dec();
    else if (event === "periodic.done")
      rounds.observe({ periodic: String(facts.periodic) }, Number(facts.ms) / 1000);
    else if (event === "periodic.failed") failures.inc({ periodic: String(facts.periodic) });
    else if (subject === "operation" && ENDS.has(what)) {
      ends.inc({ kind, end: what });
      if (typeof facts.seconds === "number") seconds.observe({ kind, end: what }, facts.seconds);
    }
  }

  return {
    registry,
    observeBatch: (kind, step, seconds) => batches.observe({ kind, step }, seconds),
    log(level, event, facts) {
      count(event, facts);
      next(level, event, facts);
    },
  };
}
