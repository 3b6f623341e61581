/** Where an import or a restore is refused for its bundle's age, and an upgrade would help. Pure. */
import { links } from "../../../../components/links.ts";
import { upgradeHelps } from "../../../../lib/operations/shared/upgrade-helps.ts";
import type { Preview } from "../form-state.ts";

export interface UpgradeSubject {
  readonly kind: string;
  /** The bundle that the form is about; null where it is about a tenant. */
  readonly bundle: string | null;
  readonly database: string | undefined;
  readonly preview: Pick<Preview, "findings" | "gates"> | null;
}

/** The upgrade's form with bundle and database filled in; null where it would not help. */
export function upgradeInstead({ kind, bundle, database, preview }: UpgradeSubject): string | null {
  if (preview === null || database === undefined) return null;
  if (!upgradeHelps(preview.findings.map(({ code }) => code))) return null;
  const old = kind === "import" ? bundle : kind === "restore" ? bundleToUpgrade(preview) : null;
  return old === null ? null : links.newOperation({ kind: "upgrade", bundle: old, database });
}

/** A restore's own gate knows which bundle it would have taken. */
function bundleToUpgrade({ gates }: Pick<Preview, "gates">): string | null {
  for (const { opens } of gates)
    if (opens !== undefined && "operation" in opens && opens.operation === "upgrade")
      return opens.bundleId ?? null;
  return null;
}
