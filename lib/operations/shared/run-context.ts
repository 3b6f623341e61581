/** From what the engine hands a step to what the library takes, so that a pause or an abort stops it in the middle. */
import type { StepContext } from "../../engine/contexts.ts";
import type { RunContext } from "../../rows/run-context.ts";

/** How often a library call that runs for long looks whether somebody wants it to stop. Milliseconds. */
const BREATH = 500;

/**
 * Runs `work` with a context of the library. Its progress goes to the engine; while it runs, wishes are looked for,
 * and one that is found ends it cleanly: what is thrown then is what `breathe` threw.
 *
 * @param recorded which side effects the engine records, each with its intent and outcome; a chunk of bytes is none
 */
export async function breathing<T>(
  context: StepContext,
  recorded: (name: string) => boolean,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let breath: Promise<void> | null = null;
  const breathe = () => {
    breath ??= context
      .breathe()
      .catch((wanted: unknown) => stop.abort(wanted))
      .finally(() => {
        breath = null;
      });
  };
  const timer = setInterval(breathe, BREATH);
  try {
    await context.breathe();
    return await work({
      signal,
      progress: (progress) => context.progress(progress),
      sideEffect: effectsOf(context, recorded),
    });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    clearInterval(timer);
    await breath;
  }
}

/**
 * The library's side effects whose intent and outcome the engine records: what is done inside an open transaction is
 * nothing yet, and whether a COMMIT happened is the one thing that a crash leaves open.
 */
export const isCommit = (name: string): boolean => name === "commit";

/** A side effect of the library as the engine's, where it is one to be recorded. */
export function effectsOf(
  context: StepContext,
  recorded: (name: string) => boolean = isCommit,
): RunContext["sideEffect"] {
  return (name, effect) => (recorded(name) ? context.effect(name, effect) : effect());
}
