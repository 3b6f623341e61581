import type { MeasuredView } from "../../lib/queries/measured-migrations.ts";
import { Findings } from "../ui/findings.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { CLASS_TONE } from "./measured.model.ts";
import { MeasuredStatements } from "./measured-statements.tsx";
import { Measuring } from "./measuring.tsx";

export interface MeasuredPanelProps {
  readonly view: MeasuredView;
  /** Of the file as it lies in the folder; null where it is not there. */
  readonly checksum: string | null;
}

/** What the migration does, as it was measured; and the way to have it measured. */
export function MeasuredPanel({ view, checksum }: MeasuredPanelProps) {
  const { measured } = view;
  const edited = measured !== null && checksum !== null && measured.checksum !== checksum;
  return (
    <Panel
      title="What it does, measured"
      id="measured"
      aside={measured?.worst != null && <Status tone={CLASS_TONE[measured.worst]}>{measured.worst}</Status>}
    >
      <div className="flex flex-col gap-3">
        <Measuring
          platformId={view.platform.id}
          replay={view.replay}
          mayMeasure={view.mayMeasure}
          again={measured !== null}
        />
        {edited && (
          <p className="text-warn">
            The file has been edited since it was measured: what stands here is of the former one.
          </p>
        )}
        {measured === null ? (
          <p className="text-ink-soft">
            Nobody has measured it yet. Its statements are run on a throwaway server, at the version before
            it, with a few made rows in every table, while a second session looks at locks and files. No
            database of the platform is touched.
          </p>
        ) : (
          <>
            <p className="text-ink-soft">
              Measured <Age at={measured.at} /> on PostgreSQL {Math.floor(measured.server / 10_000)},{" "}
              {measured.transactional ? "as one transaction" : "each statement by itself"}:{" "}
              {formatNoun(measured.statements.length, "statement", "statements")}. Sizes are those of the live
              tables
              {view.databases.length === 0
                ? ", and no worker has looked at them yet"
                : ` in ${view.databases.join(", ")}`}
              .
            </p>
            <MeasuredStatements statements={measured.statements} databases={view.databases} />
            {measured.findings.length > 0 && <Findings findings={measured.findings} />}
          </>
        )}
      </div>
    </Panel>
  );
}
