/** How fast a run moves and how long it will take, from its stored states of progress. Pure. */

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface Rate {
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Older samples say nothing about how fast it is now. Milliseconds. */
const WINDOW = 20_000;

/** Over the last twenty seconds that have samples; null before there are two with time between them. */
export function rateOf(samples: readonly Sample[]): Rate | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  // A step that begins counts from zero again: only what came after counts.
  let from = samples.length - 1;
  while (
    from > 0 &&
    samples[from - 1]!.rows <= samples[from]!.rows &&
    samples[from - 1]!.bytes <= samples[from]!.bytes &&
    last.at - samples[from - 1]!.at <= WINDOW
  )
    from--;
  const first = samples[from]!;
  const seconds = (last.at - first.at) / 1000;
  if (seconds <= 0) return null;
  return {
    rowsPerSecond: (last.rows - first.rows) / seconds,
    bytesPerSecond: (last.bytes - first.bytes) / seconds,
  };
}

/** Seconds that are left; null where the total or the rate is not known, or nothing moves. */
export function secondsLeft(rows: number, totalRows: number | null, rate: Rate | null): number | null {
  if (totalRows === null || rate === null || rate.rowsPerSecond <= 0) return null;
  return Math.max(0, totalRows - rows) / rate.rowsPerSecond;
}
