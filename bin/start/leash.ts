/**
 * Preloaded into the web and the worker of a start (`node --import`): they end when the start that made them is
 * gone, however it went. A parent that was killed passes nothing on; its children then belong to another one.
 */
const starter = process.ppid;

/** Milliseconds. */
const LOOK_EVERY = 500;
/** What an orderly end may take; a second SIGTERM ends a worker at once. */
const PATIENCE = 5_000;

setInterval(() => {
  if (process.ppid === starter) return;
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), PATIENCE).unref();
}, LOOK_EVERY).unref();

export {};
