"use client";
import type { ReactNode } from "react";
import type { Effect } from "../../lib/engine/plan.ts";
import type { EventLine } from "../../lib/queries/event-line.ts";
import type { LiveView } from "../../lib/queries/operation-live.ts";
import { OperationStatus } from "../operation/operation-status.tsx";
import { Meter } from "../ui/meter.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatBytes, formatRate, formatShare } from "../ui/quantities.ts";
import { Bytes, Duration } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { ConnectionWord } from "./connection.tsx";
import { EventLog } from "./event-log.tsx";
import { doneInWords, ratePoints, tableProgress, verdictOf } from "./progress.model.ts";
import { RatePlot } from "./rate-plot.tsx";
import { TableList } from "./table-list.tsx";
import { useLive } from "./use-live.ts";

export interface LiveProgressProps {
  readonly url: string;
  readonly live: LiveView;
  readonly lines: readonly EventLine[];
  readonly effects: readonly Effect[];
  readonly exact: boolean;
  /** What stands between the run and its log: the rest of the page, as the server rendered it. */
  readonly children: ReactNode;
}

/** A run as it goes, and its log. What is shown was said by the server; done is done when the server says so. */
export function LiveProgress({
  url,
  live: first,
  lines: known,
  effects,
  exact,
  children,
}: LiveProgressProps) {
  const { live, lines, connection } = useLive(url, { live: first, lines: known });
  const shows = ["queued", "running", "paused"].includes(live.state);
  return (
    <>
      {shows && (
        <Panel title="Run" aside={<ConnectionWord connection={connection} />}>
          <Run live={live} effects={effects} exact={exact} />
        </Panel>
      )}
      {children}
      <Panel title="Log" aside={shows ? undefined : <ConnectionWord connection={connection} />} flush>
        <EventLog lines={lines} />
      </Panel>
    </>
  );
}

function Run({ live, effects, exact }: Pick<LiveProgressProps, "live" | "effects" | "exact">) {
  const { progress, rate } = live;
  const verdict = verdictOf(live.liveness, live.at);
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {verdict === null ? (
          <OperationStatus state={live.state} boxed />
        ) : (
          <Status tone={verdict.tone} boxed>
            {verdict.word}
          </Status>
        )}
        {verdict?.more != null && <span>{verdict.more}</span>}
        {live.wish === "pause" && <Status tone="warn">will pause at the end of its batch</Status>}
        {live.wish === "abort" && <Status tone="warn">will stop and take back what it can</Status>}
      </p>
      {progress !== null && (
        <>
          <div>
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{progress.phase}</span>
              {progress.table !== null && <code className="break-all">{progress.table}</code>}
              <span>{doneInWords(progress)}</span>
              {progress.totalRows !== null && progress.totalRows > 0 && (
                <span>{formatShare(progress.rows, progress.totalRows)}</span>
              )}
              {progress.rows > 0 && (
                <span className="text-ink-soft">
                  <Bytes value={progress.bytes} />
                </span>
              )}
            </p>
            {progress.totalRows !== null && progress.totalRows > 0 && (
              <Meter
                label={`${progress.phase}, whole`}
                value={progress.rows}
                of={progress.totalRows}
                className="mt-1 h-2.5"
              />
            )}
          </div>
          {live.state === "running" && (
            <p className="flex flex-wrap gap-x-4 text-ink-soft">
              <span>
                Rate{" "}
                {rate === null ? (
                  "not known yet"
                ) : (
                  <>
                    {/* A step that counts bytes alone has no rate of rows. */}
                    {progress.rows > 0 && (
                      <>
                        <span className="text-ink">{formatRate(rate.rowsPerSecond)}</span>,{" "}
                      </>
                    )}
                    {formatBytes(rate.bytesPerSecond)}/s
                  </>
                )}
              </span>
              <span>
                Left{" "}
                {live.secondsLeft === null ? (
                  "not known"
                ) : (
                  <span className="text-ink">
                    ≈ <Duration seconds={live.secondsLeft} />
                  </span>
                )}
              </span>
            </p>
          )}
          <RatePlot points={ratePoints(live.samples)} />
          <TableList tables={tableProgress(effects, exact, progress)} />
        </>
      )}
    </div>
  );
}
