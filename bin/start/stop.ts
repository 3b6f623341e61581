/** All the ways in which a start can be asked to stop, as one signal. */

/** How often to look whether the process that started us is still there, in milliseconds. */
const LOOK_EVERY = 500;

/**
 * Aborts at SIGINT, SIGTERM or SIGHUP, and when npm was killed and could pass nothing on: its child then belongs
 * to another parent. Asking twice changes nothing; everything that is stopped has a time limit of its own.
 */
export function whenAskedToStop(): AbortSignal {
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked.abort());
  if (process.env.npm_lifecycle_event !== undefined || process.env.TENANTRY_WATCH_PARENT !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && asked.abort(), LOOK_EVERY).unref();
  }
  asked.signal.addEventListener("abort", () => {
    // The server goes before those who talk to it: their broken connections are no news any more.
    process.on("uncaughtException", () => {});
    process.on("unhandledRejection", () => {});
  });
  return asked.signal;
}
