/** The strict import's question: were both databases made by the same migrations? Pure. */
import type { Finding } from "../findings/finding.ts";
import { ledgerFingerprint } from "./fingerprint.ts";
import type { Ledger } from "./ledger.ts";

/** What a bundle's manifest says of its schema (`Manifest["schema"]` fits). */
export interface BundledSchema {
  readonly ledger: string | null;
  readonly version: string | null;
  readonly fingerprint: string | null;
  readonly applied: readonly { readonly version: string; readonly checksum: string }[];
}

const SHOWN = 10;
const UPGRADE =
  "run `tenantry upgrade` on the bundle with this platform's migrations, or import into a database at the bundle's version";

/**
 * No finding when both have the same tool and the same ordered applied (version, checksum). Else, all blocking:
 * `ledger-tool-differs`, `ledger-only-in-bundle`, `ledger-only-in-target`, `ledger-checksum-differs` (each with
 * the count and the first ten versions), `ledger-order-differs`, and `ledger-fingerprint-differs` where the
 * bundle's fingerprint is not that of its own list. A platform without a ledger has `live` null and matches only
 * a bundle without one; one exception warns, `ledger-not-in-bundle`. Where a ledger holds a head only, on either
 * side, the heads are what is compared.
 */
export function compareLedgers(bundle: BundledSchema, live: Ledger | null): Finding[] {
  const liveTool = live?.tool ?? null;
  if (bundle.ledger === null && liveTool !== null && !READ_FROM_THE_START.has(liveTool))
    return [notInBundle(liveTool)];
  if (bundle.ledger !== liveTool) return [toolDiffers(bundle.ledger, liveTool)];
  if (live === null) return [];
  if (live.headOnly === true || isHeadOnly(bundle, live)) return compareHeads(bundle, live);
  const found = [
    onlyInBundle(missingFrom(bundle.applied, live.applied)),
    onlyInTarget(missingFrom(live.applied, bundle.applied)),
    otherChecksum(differing(bundle.applied, live.applied)),
  ].filter((finding) => finding !== null);
  if (found.length > 0) return found;
  if (ledgerFingerprint(bundle.applied) !== live.fingerprint) return [orderDiffers()];
  return bundle.fingerprint === live.fingerprint ? [] : [fingerprintDiffers()];
}

/** The tools whose ledgers every version of Tenantry has read: a bundle without one had none. */
const READ_FROM_THE_START = new Set(["sqlx"]);

/** Bundles of the time before a tool's ledger was read have none of it, and were imported by their shapes. */
function notInBundle(tool: string): Finding {
  return {
    code: "ledger-not-in-bundle",
    severity: "warns",
    where: "ledger",
    what: `the bundle says nothing of migrations, this database has the ledger of ${tool}: only the shapes of tables tell both schemas apart`,
    todo: "export the tenant again where its database is still there: the bundle will then say which migrations had run",
  };
}

/** The bundle was written where no folder said what lies below the head. */
function isHeadOnly(bundle: BundledSchema, live: Ledger): boolean {
  return HEAD_ONLY.has(live.tool) && bundle.applied.length === 1 && live.applied.length > 1;
}

/** The tools that keep nothing but the last version. */
const HEAD_ONLY = new Set(["golang-migrate", "alembic"]);

function compareHeads(bundle: BundledSchema, live: Ledger): Finding[] {
  if (bundle.version === live.version) return [];
  const what = `the bundle's database stood at the version ${bundle.version ?? "before the first"}, this one stands at ${live.version ?? "none"}`;
  return [{ code: "ledger-head-differs", severity: "blocks", where: "ledger", what, todo: UPGRADE }];
}

type Applied = BundledSchema["applied"];

function missingFrom(these: Applied, those: Applied): string[] {
  const known = new Set(those.map(({ version }) => version));
  return these.map(({ version }) => version).filter((version) => !known.has(version));
}

function differing(these: Applied, those: Applied): string[] {
  const checksums = new Map(those.map(({ version, checksum }) => [version, checksum]));
  return these
    .filter(({ version, checksum }) => checksums.has(version) && checksums.get(version) !== checksum)
    .map(({ version }) => version);
}

function firstOf(versions: readonly string[]): string {
  const rest = versions.length - SHOWN;
  const shown = versions.slice(0, SHOWN).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function onlyInBundle(versions: readonly string[]): Finding | null {
  const what = `the bundle's database had run migrations that this one has not: ${firstOf(versions)}`;
  const todo = "bring this database to the bundle's version with the platform's migration tool";
  return differs("ledger-only-in-bundle", versions, what, todo);
}

function onlyInTarget(versions: readonly string[]): Finding | null {
  const what = `this database has run migrations that the bundle's had not: ${firstOf(versions)}`;
  return differs("ledger-only-in-target", versions, what, UPGRADE);
}

function otherChecksum(versions: readonly string[]): Finding | null {
  const what = `migrations of the same version are not the same file: ${firstOf(versions)}`;
  const todo =
    "find out which side was migrated with an edited file; a bundle never crosses such a difference";
  return differs("ledger-checksum-differs", versions, what, todo);
}

function differs(code: string, versions: readonly string[], what: string, todo: string): Finding | null {
  if (versions.length === 0) return null;
  return { code, severity: "blocks", where: "ledger", count: versions.length, what, todo };
}

function toolDiffers(bundle: string | null, live: string | null): Finding {
  return {
    code: "ledger-tool-differs",
    severity: "blocks",
    where: "ledger",
    what: `the bundle's migrations were recorded by ${bundle ?? "no tool"}, this database's by ${live ?? "no tool"}`,
    todo: "import into a database of the same platform, or name its tool under `ledger:` in the platform file",
  };
}

function orderDiffers(): Finding {
  return {
    code: "ledger-order-differs",
    severity: "blocks",
    where: "ledger",
    what: "the same migrations were applied in another order",
    todo: UPGRADE,
  };
}

function fingerprintDiffers(): Finding {
  return {
    code: "ledger-fingerprint-differs",
    severity: "blocks",
    where: "manifest.json",
    what: "the bundle's migration fingerprint is not that of the migrations that it lists",
    todo: "the bundle was not written by a sound export: export again",
  };
}
