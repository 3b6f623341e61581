/** The other side of `runWorker`: reads the job, does the work under the clock, prints what came of it. */
import { text } from "node:stream/consumers";
import type { Measured } from "./worker.ts";

export async function work<Job, Result>(act: (job: Job) => Promise<Result>): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as Job;
  const start = process.hrtime.bigint();
  const result = await act(job);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  // getrusage(2): kilobytes, whatever the platform's own unit is (Node documentation, process.resourceUsage).
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  const measured: Measured<Result> = { result, seconds, peakMemory };
  process.stdout.write(JSON.stringify(measured));
}
