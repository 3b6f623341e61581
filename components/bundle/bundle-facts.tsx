import type { BundleUpgrade, BundleView } from "../../lib/queries/bundle.ts";
import type { BundleDrill } from "../../lib/queries/bundle-drills.ts";
import { links } from "../links.ts";
import { type Fact, Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Link } from "../ui/link.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Age, Time } from "../ui/time.tsx";
import { DrillStatus } from "./bundle-uses.tsx";
import { Signature } from "./signature.tsx";

/** What the file is of: tenant, schema, the moment it was taken. */
export function BundleOrigin({ bundle }: { readonly bundle: BundleView }) {
  const facts: Fact[] = [
    { label: "Tenant", value: <TenantOf bundle={bundle} /> },
    { label: "Platform", value: bundle.platform ?? "unknown" },
    ...(bundle.domains.length > 0 ? [{ label: "Domains", value: bundle.domains.join(", ") }] : []),
    {
      label: "Schema",
      value: bundle.schemaVersion === null ? "unknown" : <code>{bundle.schemaVersion}</code>,
    },
    ...hash("Fingerprint", bundle.fingerprint),
    ...(bundle.postgres === null ? [] : [{ label: "Postgres", value: bundle.postgres }]),
    ...(bundle.takenAt === null
      ? []
      : [{ label: "Rows as of", value: <Time at={bundle.takenAt} precision="second" /> }]),
    ...bundle.upgrades.map((upgrade, at) => ({
      label: "Upgraded",
      value: (
        <Upgrade upgrade={upgrade} from={at === bundle.upgrades.length - 1 ? bundle.upgradedFrom : null} />
      ),
    })),
    {
      label: bundle.origin === "export" ? "Exported" : "Taken in",
      value: (
        <>
          <Time at={bundle.createdAt} />
          {bundle.createdBy !== null && ` by ${bundle.createdBy}`}
          {bundle.operationId !== null && (
            <>
              {" · "}
              <Link href={links.operation(bundle.operationId)} className="link">
                the operation
              </Link>
            </>
          )}
        </>
      ),
    },
  ];
  return <Facts facts={facts} />;
}

function Upgrade({
  upgrade,
  from,
}: {
  readonly upgrade: BundleUpgrade;
  readonly from: BundleView["upgradedFrom"];
}) {
  return (
    <>
      from <code>{upgrade.from ?? "unknown"}</code> by{" "}
      {formatNoun(upgrade.migrations, "migration", "migrations")}
      {upgrade.decided.length > 0 && ` (${upgrade.decided.join(", ")})`}
      {from !== null && (
        <>
          {" · "}
          <Link href={links.bundle(from.id)} className="link">
            the bundle before
          </Link>
        </>
      )}
    </>
  );
}

/** What proves the file: its seal, its signature, its hash. */
export function BundleProof({ bundle }: { readonly bundle: BundleView }) {
  const facts: Fact[] = [
    {
      label: "Seal",
      value:
        bundle.sealedAt === null ? (
          "not read"
        ) : (
          <>
            whole, sealed <Time at={bundle.sealedAt} precision="second" />
          </>
        ),
    },
    ...signatureFacts(bundle.signature),
    ...encryptionFacts(bundle.encrypted),
    ...hash("SHA-256", bundle.sha256),
    { label: "Rows", value: <Rows value={bundle.rows} bare /> },
    { label: "Size", value: <Bytes value={bundle.bytes} /> },
    { label: "Unpacked", value: <Bytes value={bundle.unpackedBytes} /> },
    { label: "Verified", value: bundle.verifiedAt === null ? "not yet" : <Age at={bundle.verifiedAt} /> },
    { label: "Drilled", value: <LastDrill drill={bundle.drills.entries[0]} /> },
    { label: "File", value: <code className="break-all">{bundle.name}</code> },
  ];
  return <Facts facts={facts} />;
}

function LastDrill({ drill }: { readonly drill: BundleDrill | undefined }) {
  if (drill === undefined) return "not yet";
  return (
    <>
      <DrillStatus passed={drill.passed} />{" "}
      <Link href={links.operation(drill.operationId)} className="link">
        <Age at={drill.at} />
      </Link>
    </>
  );
}

/** Who can open it, and what follows. */
function encryptionFacts(encrypted: BundleView["encrypted"]): Fact[] {
  if (encrypted === null) return [];
  const [own, ...others] = encrypted.recipients ?? [];
  const to =
    own === undefined
      ? "to this platform, and to nobody knows whom else"
      : others.length === 0
        ? "to this platform"
        : `to this platform and to ${others.length === 1 ? "one other" : `${others.length} others`}`;
  return [
    {
      label: "Encrypted",
      value: `${to}, with age. No offset index exists over an encrypted file: its rows are looked up from its start.`,
    },
    ...hash("Platform’s key", own ?? null),
    ...others.flatMap((recipient) => hash("Also opened by", recipient)),
  ];
}

/** What it is worth now, beside what it was when the bundle came. */
function signatureFacts(signature: BundleView["signature"]): Fact[] {
  if (signature === null) return [{ label: "Signature", value: <Signature state={null} /> }];
  const { now, arrived, keyLabel, keyId, sig, distrusted } = signature;
  return [
    { label: now === arrived ? "Signature" : "Signature now", value: <Signature state={now} /> },
    ...(now === arrived ? [] : [{ label: "When it came", value: <Signature state={arrived} /> }]),
    ...(keyLabel === null ? [] : [{ label: "Signed by", value: keyLabel }]),
    ...(distrusted === null
      ? []
      : [
          {
            label: "Distrusted",
            value: (
              <>
                {distrusted.at !== null && <Time at={distrusted.at} />}
                {distrusted.by !== null && ` by ${distrusted.by}`}: {distrusted.reason} It is not imported any
                more.
              </>
            ),
          },
        ]),
    ...hash("Key", keyId ?? null),
    ...hash("Signature, base64", sig ?? null),
  ];
}

function TenantOf({ bundle }: { readonly bundle: BundleView }) {
  const { platform, tenantKey, tenantSlug, tenantName } = bundle;
  const name = tenantName ?? tenantSlug ?? tenantKey;
  if (tenantKey === null || platform === null) return name ?? "unknown";
  return (
    <Link href={links.tenant(platform, tenantKey)} className="link">
      {name}
    </Link>
  );
}

function hash(label: string, value: string | null): Fact[] {
  return value === null ? [] : [{ label, value: <Hash value={value} label={label} /> }];
}
