/**
 * Ends this process by SIGKILL, and never returns: the signal takes a moment to arrive, in which what follows would
 * still begin, so that a kill before an effect would be one after it.
 */
export function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}
