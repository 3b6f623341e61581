import type { DatabaseStanding, MigrationRow } from "../../lib/queries/migrations.ts";
import { links } from "../links.ts";
import { Findings } from "../ui/findings.tsx";
import { Link } from "../ui/link.tsx";
import { formatCount } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age } from "../ui/time.tsx";
import { standingLook, trouble } from "./fleet.model.ts";

export interface FleetTableProps {
  readonly platform: string;
  readonly databases: readonly DatabaseStanding[];
  readonly migrations: readonly MigrationRow[];
}

/** Where each database stands, and what wants a look. */
export function FleetTable({ platform, databases, migrations }: FleetTableProps) {
  return (
    <Table label="Databases and their migrations">
      <TableHead>
        <Th>Database</Th>
        <Th>Stands</Th>
        <Th>Last that ran</Th>
        <Th numeric>Run</Th>
        <Th numeric>Pending</Th>
        <Th>Seen</Th>
      </TableHead>
      <TableBody>
        {databases.map((database) => (
          <FleetRow key={database.id} platform={platform} database={database} migrations={migrations} />
        ))}
      </TableBody>
    </Table>
  );
}

function FleetRow({
  platform,
  database,
  migrations,
}: Omit<FleetTableProps, "databases"> & { readonly database: DatabaseStanding }) {
  const { name, survey, standing } = database;
  const look = standingLook(database);
  const head = standing?.head ?? survey?.ledger?.applied.at(-1)?.version ?? null;
  const known = migrations.find(({ version }) => version === head);
  const remarks = trouble(database);
  return (
    <TableRow>
      <Td className="align-top">
        <Link href={links.database(platform, name)} className="link">
          {name}
        </Link>
      </Td>
      <Td className="min-w-36 align-top">
        <Status tone={look.tone}>{look.word}</Status>
        {remarks.map((remark) => (
          <span key={remark} className="block text-warn">
            {remark}
          </span>
        ))}
        {survey !== null && survey.findings.length > 0 && <Findings findings={survey.findings} />}
      </Td>
      <Td className="align-top">
        {head === null ? (
          <span className="text-ink-soft">none</span>
        ) : (
          <Link href={links.migration(platform, head)} className="link">
            <code>{head}</code>
            {known !== undefined && known.name !== head && ` ${known.name}`}
          </Link>
        )}
      </Td>
      <Td numeric className="align-top">
        {survey?.ledger == null ? "" : formatCount(survey.ledger.applied.length)}
      </Td>
      <Td numeric className="align-top">
        {standing === null ? "" : formatCount(standing.behind)}
      </Td>
      <Td className="align-top whitespace-nowrap text-ink-soft">
        {survey?.reachedAt == null ? "never" : <Age at={new Date(survey.reachedAt)} />}
      </Td>
    </TableRow>
  );
}
