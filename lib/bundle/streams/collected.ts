/**
 * Buffers of rows that V8 has not looked at for long. Those that outlive its young generation wait until 64 MB of them
 * have come together, however little else there is on the heap; a process that carries rows is started with the means to
 * ask for it sooner (`--expose-gc`, bin/row-memory.ts). Without it nothing happens here.
 */
import { getHeapStatistics } from "node:v8";

/**
 * What is under way in an import at a time comes to a third of it. With a fifth less two million rows were asked for 58
 * times. Bytes.
 */
const MOST = 48 * 1024 * 1024;

/** By so much more than what was still needed the last time: asking again at once would find the same. Bytes. */
const GROWN = 24 * 1024 * 1024;

let needed = 0;

/** To be called now and then, every few megabytes: looking costs microseconds, collecting some milliseconds. */
export function collectBuffers(): void {
  if (globalThis.gc === undefined || getHeapStatistics().external_memory <= Math.max(MOST, needed + GROWN))
    return;
  globalThis.gc();
  needed = getHeapStatistics().external_memory;
}
