import type { DatabaseFit, Fit } from "../../lib/queries/schema-fit.ts";
import { Status, type Tone } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";

const LOOK: Readonly<Record<Fit, { readonly tone: Tone; readonly word: string }>> = {
  equal: { tone: "ok", word: "imports as it is" },
  differs: { tone: "warn", word: "another schema: needs an upgrade first" },
  unknown: { tone: "idle", word: "not known" },
};

/** The bundle's schema beside that of each database of its platform. */
export function SchemaFitList({ fits }: { readonly fits: readonly DatabaseFit[] }) {
  if (fits.length === 0) {
    return <p className="text-ink-soft">There is no registered database of its platform to compare with.</p>;
  }
  return (
    <ul className="divide-y divide-line">
      {fits.map(({ id, name, fit, version, lookedAt }) => (
        <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-3 py-1">
          <span>
            <span className="font-medium">{name}</span> {version !== null && <code>{version}</code>}
          </span>
          <span className="flex flex-wrap gap-x-2">
            <Status tone={LOOK[fit].tone}>{LOOK[fit].word}</Status>
            {lookedAt !== null && (
              <span className="text-ink-soft">
                seen <Age at={lookedAt} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
