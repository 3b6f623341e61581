/** A certificate of erasure held against the keys that its reader trusts: genuine, or not, in one sentence. */
import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { type Certificate, type ReadCertificate, readCertificate } from "../../../lib/bundle/certificate.ts";
import type { SignatureState } from "../../../lib/bundle/seal/envelope.ts";
import { type Finding, Refusal } from "../../../lib/findings/finding.ts";
import { readTrustedKeys } from "../../cli/inputs.ts";
import { plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import type { Outcome } from "../../cli/task.ts";

/** A tenant with ten thousand tables has a certificate of a megabyte. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Whether a file begins as JSON does; a bundle, compressed or encrypted, never does. */
export async function isCertificate(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead === 1 && buffer.toString("latin1") === "{";
  } finally {
    await file.close();
  }
}

/**
 * What the file comes to. It is genuine only if a key that was named with --trust has signed it: a certificate by a key
 * that nobody knows proves nothing.
 *
 * @param slug held against the hash in it: whether that tenant is meant
 * @throws Refusal `certificate-unreadable`
 */
export async function verifyCertificate(
  path: string,
  { trust, slug }: { readonly trust?: readonly string[]; readonly slug?: string },
): Promise<Outcome> {
  const { certificate, signature } = await read(path, trust);
  const findings = [
    ...signatureFindings(path, signature),
    ...(slug === undefined ? [] : slugFindings(path, certificate, slug)),
  ];
  const genuine = signature.state === "trusted";
  return {
    result: { file: path, genuine, signature, certificate: genuine ? certificate : null },
    findings,
    findingsAre: "result",
    text: (style) =>
      genuine
        ? [`${style.green("Genuine.")} ${path}`, ...facts(told(certificate, signature, slug), style)]
        : refusedText(path, style),
  };
}

async function read(path: string, trust: readonly string[] | undefined): Promise<ReadCertificate> {
  const keys = await readTrustedKeys(trust);
  if ((await stat(path)).size > MOST_BYTES) throw new Refusal(unreadable(path, "It is too long for one."));
  try {
    return readCertificate(await readFile(path, "utf8"), keys, path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(unreadable(path, error.findings[0]?.what ?? ""), { cause: error });
  }
}

/** Nothing out of a file that nobody vouches for: it could say anything. */
function refusedText(path: string, style: Style): string[] {
  return [`${style.red("Not proved.")} ${path} must not be relied on.`];
}

function told(
  certificate: Certificate,
  { keyId }: SignatureState,
  slug: string | undefined,
): [string, string][] {
  const { tenant, platform, database, deleted, operation, evidence, remains } = certificate;
  const people = operation.approvedBy.map(({ name, at }) => `${name} (${at})`).join(", ");
  const glass = operation.glassBrokenBy;
  return [
    ["certificate", `${certificate.id}, issued ${certificate.issuedAt}`],
    [
      "says",
      `${plural(deleted.rows, "row")} in ${plural(deleted.tables.length, "table")} of one tenant were deleted, and nothing of it was left at ${evidence.emptyAt}`,
    ],
    ["tenant", `key ${tenant.key}${slug === undefined ? "" : `, slug ${slug}`}`],
    ["platform", `${platform}, database ${database.name} (${database.databaseName})`],
    ["asked by", `${operation.requestedBy.name} (${operation.requestedAt})`],
    ["approved by", glass === null ? people : `nobody: ${glass.name} broke glass (${glass.at})`],
    ["bundle", `sha256 ${evidence.bundle.sha256}, kept until ${remains.bundleUntil}`],
    ["signed", `by a trusted key (${keyId?.slice(0, 16)}…)`],
  ];
}

function signatureFindings(where: string, { state, keyId }: SignatureState): Finding[] {
  const finding = { code: `certificate-${state}`, severity: "blocks", where } as const;
  const todo = "Get the console's public key from its Settings, Signing keys, and name it with --trust FILE.";
  switch (state) {
    case "trusted":
      return [];
    case "untrusted":
      return [
        {
          ...finding,
          what: `It is signed by a key that is not known here (${keyId}): nothing vouches for it.`,
          todo,
        },
      ];
    case "unsigned":
      return [{ ...finding, what: "It is not signed: nothing vouches for it." }];
    case "invalid":
      return [{ ...finding, what: "Its signature does not fit: this is not what was issued." }];
  }
}

function slugFindings(where: string, { tenant }: Certificate, slug: string): Finding[] {
  if (createHash("sha256").update(slug).digest("hex") === tenant.slugSha256) return [];
  return [
    {
      code: "certificate-of-another",
      severity: "blocks",
      where,
      what:
        tenant.slugSha256 === null
          ? "It is about a tenant without a slug."
          : "It is about a tenant with another slug.",
    },
  ];
}

function unreadable(where: string, why: string): Finding {
  return {
    code: "certificate-unreadable",
    severity: "blocks",
    where,
    what: `This is no certificate of erasure as the console issues it. ${why}`.trim(),
    todo: "Download the signed file again from the certificate's page.",
  };
}
