import type { DatabaseFit, Fit } from "../../lib/queries/schema-fit.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { fitSentence } from "./schema-fit.model.ts";

const TONES: Readonly<Record<Fit, Tone>> = {
  equal: "ok",
  older: "warn",
  newer: "warn",
  differs: "bad",
  unknown: "idle",
};

/** The bundle's schema beside that of each database of its platform. */
export function SchemaFitList({
  fits,
  upgrade,
}: {
  readonly fits: readonly DatabaseFit[];
  /** The bundle that may be upgraded; null where nobody here may ask for it. */
  readonly upgrade: string | null;
}) {
  if (fits.length === 0) {
    return <p className="text-ink-soft">There is no registered database of its platform to compare with.</p>;
  }
  return (
    <ul className="divide-y divide-line">
      {fits.map(({ id, name, fit, apart, version, lookedAt }) => (
        <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-3 py-1">
          <span>
            <span className="font-medium">{name}</span> {version !== null && <code>{version}</code>}
          </span>
          <span className="flex flex-wrap gap-x-2">
            <Status tone={TONES[fit]}>{fitSentence(name, fit, apart)}</Status>
            {fit === "older" && upgrade !== null && (
              <Link
                href={links.newOperation({ kind: "upgrade", bundle: upgrade, database: id })}
                className="link"
              >
                Upgrade…
              </Link>
            )}
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
