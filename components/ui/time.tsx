"use client";
import { useSyncExternalStore } from "react";
import { useLocale } from "./locale.tsx";
import { formatAge, formatMoment, formatUtc, type Precision } from "./when.ts";

export interface TimeProps {
  /** A Date, or its ISO text. */
  readonly at: Date | string;
  readonly precision?: Precision;
}

/** A moment in the person's zone, with UTC on hover. */
export function Time({ at, precision = "minute" }: TimeProps) {
  const { zone } = useLocale();
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={formatUtc(date)} className="whitespace-nowrap">
      {formatMoment(date, zone, precision)}
    </time>
  );
}

const TICK_MS = 10_000;

function everyTick(changed: () => void): () => void {
  const timer = setInterval(changed, TICK_MS);
  return () => clearInterval(timer);
}

const tick = () => Math.floor(Date.now() / TICK_MS) * TICK_MS;

/** How long ago, or in how long; kept up to date. The moment itself stands on hover. */
export function Age({ at }: { readonly at: Date | string }) {
  const { zone, now: rendered } = useLocale();
  const now = useSyncExternalStore(everyTick, tick, () => rendered);
  const date = new Date(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={`${formatMoment(date, zone, "second")} · ${formatUtc(date)}`}
      className="whitespace-nowrap"
    >
      {formatAge(date, now)}
    </time>
  );
}
