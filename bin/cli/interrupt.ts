/** Ctrl-C and its relatives. */
import { EXIT } from "./exit-codes.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How often to look whether the process that started us is still there, in milliseconds. */
const LOOK_EVERY = 500;
/**
 * Under a Node of our own the bootstrap passes the terminal's SIGINT on, which the terminal has sent us already:
 * two of them within this time (milliseconds) are one Ctrl-C.
 */
const ONE_PRESS = 250;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, and when the bootstrap that started us was killed; the second
 * ends the process at once. What is unfinished then has a name that says so, or is rolled back by the server.
 */
export function whenInterrupted(say: (sentence: string) => void): {
  readonly signal: AbortSignal;
  /** Listens no more. */
  readonly release: () => void;
} {
  const asked = new AbortController();
  const passedOn = process.env.TENANTRY_WATCH_PARENT !== undefined;
  let first = 0;
  const interrupt = () => {
    if (!asked.signal.aborted) {
      first = performance.now();
      say("Stopping; press Ctrl-C again to end at once.");
      asked.abort();
    } else if (!passedOn || performance.now() - first > ONE_PRESS) {
      process.exit(EXIT.interrupted);
    }
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const parent = process.ppid;
  const look = passedOn ? setInterval(() => process.ppid !== parent && asked.abort(), LOOK_EVERY) : null;
  look?.unref();
  return {
    signal: asked.signal,
    release() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
      if (look !== null) clearInterval(look);
    },
  };
}
