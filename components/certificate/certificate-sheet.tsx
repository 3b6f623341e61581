import type { CertificateView } from "../../lib/queries/certificate.ts";
import { links } from "../links.ts";
import { Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Link } from "../ui/link.tsx";
import { formatCount, formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { signatureInWords } from "./certificate.model.ts";

/** Times on paper are the same for everybody. */
function Utc({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {at.slice(0, 19).replace("T", " ")} UTC
    </time>
  );
}

/** The certificate as it is read and printed: everything that was signed, and whether the signature fits. */
export function CertificateSheet({ view }: { readonly view: CertificateView }) {
  const { certificate, signature } = view;
  const { tenant, deleted, operation, evidence, remains, database, platform } = certificate;
  const [tone, words] = signatureInWords(signature);
  return (
    <article className="grid gap-4 rounded-lg border bg-surface p-4 print:border-0 print:p-0">
      <p className="max-w-prose">
        All rows of one tenant of the platform <strong>{platform}</strong> were deleted from its database{" "}
        <strong>{database.name}</strong>: {formatNoun(deleted.rows, "row", "rows")} of{" "}
        {formatNoun(deleted.tables.length, "table", "tables")}. Afterwards nothing of it was left there.
      </p>
      <Facts
        facts={[
          { label: "Tenant key", value: <Hash value={tenant.key} label="key" whole /> },
          {
            label: "SHA-256 of its slug",
            value:
              tenant.slugSha256 === null ? (
                "it had none"
              ) : (
                <code className="break-all">{tenant.slugSha256}</code>
              ),
          },
          {
            label: "Database",
            value: `${database.databaseName}${database.systemIdentifier === null ? "" : `, system ${database.systemIdentifier}`}`,
          },
          {
            label: "Asked for",
            value: (
              <>
                by {operation.requestedBy.name}, <Utc at={operation.requestedAt} />
              </>
            ),
          },
          ...(operation.approvedBy.length === 0
            ? []
            : [
                {
                  label: "Approved",
                  value: operation.approvedBy.map(({ name, at }) => (
                    <span key={at} className="block">
                      by {name}, <Utc at={at} />
                    </span>
                  )),
                },
              ]),
          ...(operation.glassBrokenBy === null
            ? []
            : [
                {
                  label: "Without a review",
                  value: (
                    <>
                      {operation.glassBrokenBy.name} broke glass, <Utc at={operation.glassBrokenBy.at} />
                    </>
                  ),
                },
              ]),
          { label: "Begun", value: <Utc at={operation.beganAt} /> },
          {
            label: "Proved empty",
            value: (
              <>
                <Utc at={evidence.emptyAt} />, {formatNoun(evidence.emptyTables, "table", "tables")}
              </>
            ),
          },
          {
            label: "Bundle before",
            value: (
              <>
                SHA-256 <code className="break-all">{evidence.bundle.sha256}</code>
                {evidence.drilledAt !== null && (
                  <>
                    , restored and proved <Utc at={evidence.drilledAt} />
                  </>
                )}
              </>
            ),
          },
          {
            label: "Approved plan",
            value: <code className="break-all">{operation.planDigest}</code>,
          },
          ...evidence.finalizers.map((each) => ({
            label: `Outside: ${each.name}`,
            value: (
              <>
                {each.by === null ? "its receiver said yes" : `confirmed by ${each.by}`}, <Utc at={each.at} />
              </>
            ),
          })),
          {
            label: "What remains",
            value: (
              <>
                The bundle, for a restore, until <Utc at={remains.bundleUntil} />
                {remains.heldBundles > 0 &&
                  `; ${formatNoun(remains.heldBundles, "bundle", "bundles")} under a legal hold`}
                ; backups of the database, for as long as they are kept.
              </>
            ),
          },
        ]}
      />
      <Table label="Deleted rows by table">
        <TableHead>
          <Th>Table</Th>
          <Th numeric>Rows deleted</Th>
        </TableHead>
        <TableBody>
          {deleted.tables.map(({ table, rows }) => (
            <TableRow key={table}>
              <Td>
                <code className="break-all">{table}</code>
              </Td>
              <Td numeric>{formatCount(rows)}</Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <footer className="grid gap-1 border-t pt-3">
        <p>
          <Status tone={tone} className="whitespace-normal">
            {words}
          </Status>
        </p>
        {signature.keyId !== undefined && (
          <p className="text-ink-soft">
            Key <code className="break-all">{signature.keyId}</code>
          </p>
        )}
        {signature.sig !== undefined && (
          <p className="text-ink-soft">
            Signature <code className="break-all">{signature.sig}</code>
          </p>
        )}
        <p className="text-ink-soft">
          Certificate {view.id}, issued <Utc at={certificate.issuedAt} />. The signed file is checked with the
          console's public key, by <code>tenantry verify</code> or, without it, by openssl, as the
          documentation of the console's security says.
        </p>
        <p className="print:hidden">
          <Link className="link" href={links.operation(operation.id)}>
            The operation
          </Link>
        </p>
      </footer>
    </article>
  );
}
