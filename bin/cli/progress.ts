/** A run's progress in one line. */
import type { Progress } from "../../lib/rows/run-context.ts";
import { cutTo, oneLine } from "./plain-text.ts";
import type { Printer } from "./printer.ts";
import { bytes, count, duration, plural } from "./quantities.ts";

/** Milliseconds between two lines: more often is seen by nobody. */
const INTERVAL = 100;

/** `loading public.shipments  12 345 of 60 000 rows  21 %  3.4 s`. */
export function progressLine({ phase, table, rows, bytes: size, totalRows }: Progress, elapsed: number) {
  const done =
    totalRows !== null && totalRows > rows
      ? [`${count(rows)} of ${plural(totalRows, "row")}`, `${Math.floor((rows / totalRows) * 100)} %`]
      : [...(rows > 0 ? [plural(rows, "row")] : []), ...(size > 0 ? [bytes(size)] : [])];
  return oneLine([[phase, table].filter(Boolean).join(" "), ...done, duration(elapsed)].join("  "));
}

/** Takes a run's progress and shows some of it. */
export function showProgress(printer: Printer): (progress: Progress) => void {
  const began = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < INTERVAL) return;
    last = now;
    printer.status(cutTo(progressLine(progress, now - began), printer.remarkStyle.tableWidth - 1));
  };
}
