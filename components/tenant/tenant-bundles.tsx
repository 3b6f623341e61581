import type { TenantBundle } from "../../lib/queries/tenant.ts";
import { BundleStatus } from "../bundle/bundle-status.tsx";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age } from "../ui/time.tsx";

/** A tenant's bundles, the latest first. */
export function TenantBundles({ bundles }: { readonly bundles: readonly TenantBundle[] }) {
  return (
    <Table label="Bundles">
      <TableHead>
        <Th>Made</Th>
        <Th>State</Th>
        <Th>From</Th>
        <Th numeric>Rows</Th>
        <Th numeric>Size</Th>
        <Th>Schema</Th>
        <Th>Verified</Th>
        <Th>Expires</Th>
      </TableHead>
      <TableBody>
        {bundles.map((bundle) => (
          <TableRow key={bundle.id}>
            <Td>
              <Link href={links.bundle(bundle.id)} className="link">
                <Age at={bundle.createdAt} />
              </Link>
            </Td>
            <Td>
              <BundleStatus state={bundle.state} />
            </Td>
            <Td>{bundle.origin}</Td>
            <Td numeric>
              <Rows value={bundle.rows} bare />
            </Td>
            <Td numeric>
              <Bytes value={bundle.bytes} />
            </Td>
            <Td>
              <code>{bundle.schemaVersion}</code>
            </Td>
            <Td>{bundle.verifiedAt === null ? "not yet" : <Age at={bundle.verifiedAt} />}</Td>
            <Td>{bundle.expiresAt === null ? "never" : <Age at={bundle.expiresAt} />}</Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
