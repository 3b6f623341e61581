import type { Metadata } from "next";
import { links } from "../../../components/links.ts";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { Link } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { formatCount, formatNoun } from "../../../components/ui/quantities.ts";
import { Status } from "../../../components/ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../../../components/ui/table.tsx";
import { Age } from "../../../components/ui/time.tsx";
import { listPlatformRows, type PlatformRow } from "../../../lib/queries/platforms.ts";
import { loadView } from "../load-view.ts";

export const metadata: Metadata = { title: "Platforms" };

/** The platforms that the console looks after. */
export default async function PlatformsPage() {
  const { view, actor } = await loadView(listPlatformRows);
  const register = actor.permissions.has("register:platform") && (
    <ButtonLink href={links.newPlatform()} variant={view.length === 0 ? "primary" : "secondary"}>
      Register a platform
    </ButtonLink>
  );
  return (
    <>
      <PageHeader title="Platforms" actions={register || undefined}>
        {formatNoun(view.length, "platform", "platforms")}
      </PageHeader>
      <div className="rounded-lg border bg-surface">
        {view.length === 0 ? (
          <EmptyState title="No platform yet">
            A platform is an application with many tenants in one or more databases; its platform file says
            what is a tenant's. None is registered with this console
            {register ? "" : "; an admin registers them"}.
          </EmptyState>
        ) : (
          <Table label="Platforms">
            <TableHead>
              <Th>Platform</Th>
              <Th>Reach</Th>
              <Th>Findings</Th>
              <Th numeric>Databases</Th>
              <Th numeric>Tenants</Th>
              <Th>Last look</Th>
            </TableHead>
            <TableBody>
              {view.map((row) => (
                <TableRow key={row.name}>
                  <Td>
                    <Link href={links.platform(row.name)} className="link font-medium">
                      {row.name}
                    </Link>
                  </Td>
                  <Td>
                    <Reach row={row} />
                  </Td>
                  <Td>
                    <Coverage row={row} />
                  </Td>
                  <Td numeric>{formatCount(row.databases)}</Td>
                  <Td numeric>
                    <Link href={links.tenants(row.name)} className="link">
                      {formatCount(row.tenants)}
                    </Link>
                  </Td>
                  <Td>{row.lookedAt === null ? "not yet" : <Age at={row.lookedAt} />}</Td>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </div>
    </>
  );
}

function Reach({ row }: { readonly row: PlatformRow }) {
  if (row.databases === 0) return <Status tone="idle">none registered</Status>;
  if (row.unreachable > 0) return <Status tone="bad">{formatCount(row.unreachable)} not reached</Status>;
  if (row.unknown > 0) return <Status tone="idle">{formatCount(row.unknown)} not looked at yet</Status>;
  return <Status tone="ok">all reached</Status>;
}

function Coverage({ row }: { readonly row: PlatformRow }) {
  if (row.blocks > 0) return <Status tone="bad">{formatCount(row.blocks)} block</Status>;
  if (row.warns > 0) return <Status tone="warn">{formatCount(row.warns)} warn</Status>;
  return row.unknown === row.databases ? null : <Status tone="ok">none that warn or block</Status>;
}
