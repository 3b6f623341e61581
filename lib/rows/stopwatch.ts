/** How long each step of a run took. */

export interface Stopwatch<Step extends string> {
  /** The step that ends now took the time since the one before ended, or since the watch was made. */
  lap(step: Step): void;
  /** Seconds; 0 for a step that has not ended. */
  seconds(): Readonly<Record<Step, number>>;
}

export function createStopwatch<Step extends string>(steps: readonly Step[]): Stopwatch<Step> {
  const seconds = Object.fromEntries(steps.map((step) => [step, 0])) as Record<Step, number>;
  let last = performance.now();
  return {
    lap(step) {
      const now = performance.now();
      seconds[step] = (now - last) / 1000;
      last = now;
    },
    seconds: () => seconds,
  };
}
