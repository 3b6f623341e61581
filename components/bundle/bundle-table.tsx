import type { BundleListQuery } from "../../lib/queries/bundle-list.ts";
import type { BundleRow } from "../../lib/queries/bundles.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { TONE_TEXT } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age } from "../ui/time.tsx";
import { bundleTitle, sortLink } from "./bundle-list.model.ts";
import { BundleStatus } from "./bundle-status.tsx";
import { fitWords } from "./schema-fit.model.ts";
import { Signature } from "./signature.tsx";

export interface BundleTableProps {
  readonly query: BundleListQuery;
  readonly rows: readonly BundleRow[];
  /** Whether there is more than one platform to tell apart. */
  readonly platforms: boolean;
}

export function BundleTable({ query, rows, platforms }: BundleTableProps) {
  return (
    <Table label="Bundles">
      <TableHead>
        <Th>Tenant</Th>
        {platforms && <Th>Platform</Th>}
        <Th>State</Th>
        <Th>Schema</Th>
        <Th>Imports</Th>
        <Th numeric sort={sortLink(query, "rows")}>
          Rows
        </Th>
        <Th numeric sort={sortLink(query, "bytes")}>
          Size
        </Th>
        <Th>Signature</Th>
        <Th>Made by</Th>
        <Th numeric sort={sortLink(query, "made")}>
          Made
        </Th>
        <Th numeric sort={sortLink(query, "expires")}>
          Expires
        </Th>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Bundle key={row.id} row={row} platforms={platforms} />
        ))}
      </TableBody>
    </Table>
  );
}

function Bundle({ row, platforms }: { readonly row: BundleRow; readonly platforms: boolean }) {
  return (
    <TableRow>
      <Td className="max-w-56">
        <Link href={links.bundle(row.id)} title={row.name} className="link block truncate font-medium">
          {bundleTitle(row)}
        </Link>
      </Td>
      {platforms && <Td>{row.platform}</Td>}
      <Td>
        <BundleStatus state={row.state} />
      </Td>
      <Td>
        <code>{row.schemaVersion}</code>
      </Td>
      <Td className="max-w-72 min-w-48">
        <Fits row={row} />
      </Td>
      <Td numeric>
        <Rows value={row.rows} bare />
      </Td>
      <Td numeric>
        <Bytes value={row.bytes} />
      </Td>
      <Td>
        <Signature state={row.signature} />
      </Td>
      <Td className="whitespace-nowrap">
        {row.createdBy ?? <span className="text-ink-soft">not made here</span>}
      </Td>
      <Td numeric>
        <Age at={row.createdAt} />
      </Td>
      <Td numeric>{row.expiresAt === null ? "never" : <Age at={row.expiresAt} />}</Td>
    </TableRow>
  );
}

/** Only for what can be imported at all. */
function Fits({ row }: { readonly row: BundleRow }) {
  if (row.state !== "ready") return null;
  return (
    <span className="flex flex-wrap gap-x-2">
      {fitWords(row.fits).map(({ tone, text }) => (
        <span key={text} className={TONE_TEXT[tone]}>
          {text}
        </span>
      ))}
    </span>
  );
}
