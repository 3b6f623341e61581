import type { MigrationState } from "../../lib/ledger/standing.ts";
import type { MigrationClass } from "../../lib/migrations/judge/judge.ts";
import type { MigrationRow } from "../../lib/queries/migrations.ts";
import { links } from "../links.ts";
import { Badge } from "../ui/badge.tsx";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { type Column, columnTitle, STATE_LOOK } from "./fleet.model.ts";
import { CLASS_MEANS, CLASS_TONE } from "./measured.model.ts";

export interface MigrationTableProps {
  readonly platform: string;
  readonly rows: readonly MigrationRow[];
  readonly columns: readonly Column[];
  /** What was measured, by version. */
  readonly classes: ReadonlyMap<string, MigrationClass | null>;
}

/** Migrations by database: databases that stand alike share a column. */
export function MigrationTable({ platform, rows, columns, classes }: MigrationTableProps) {
  return (
    <Table label="Migrations by database">
      <TableHead>
        <Th>Migration</Th>
        <Th>Measured</Th>
        {columns.map((column) => (
          <Th key={column.names.join(" ")} title={column.names.join(", ")}>
            {columnTitle(column)}
          </Th>
        ))}
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.version} id={row.version}>
            <Td className="min-w-64">
              <Link href={links.migration(platform, row.version)} className="link">
                <code>{row.version}</code>
                {row.name !== row.version && ` ${row.name}`}
              </Link>{" "}
              {row.code && <Badge>program</Badge>} {!row.transactional && <Badge>no transaction</Badge>}
            </Td>
            <Td className="whitespace-nowrap">
              <MeasuredClass measured={classes.get(row.version)} />
            </Td>
            {columns.map(({ names, standing }) => (
              <Td key={names.join(" ")} className="whitespace-nowrap">
                <StateOf
                  state={standing.states.get(row.version)}
                  overtaken={standing.outOfOrder.includes(row.version)}
                />
              </Td>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function MeasuredClass({ measured }: { readonly measured: MigrationClass | null | undefined }) {
  if (measured === undefined) return <span className="text-ink-soft">–</span>;
  if (measured === null) return <Status tone="idle">did nothing</Status>;
  return (
    <span title={CLASS_MEANS[measured]}>
      <Status tone={CLASS_TONE[measured]}>{measured}</Status>
    </span>
  );
}

/** Nothing where a database has never heard of it. */
export function StateOf({
  state,
  overtaken,
}: {
  readonly state: MigrationState | undefined;
  readonly overtaken: boolean;
}) {
  if (state === undefined) return <span className="text-ink-soft">–</span>;
  const { tone, word } = STATE_LOOK[state];
  return <Status tone={overtaken ? "warn" : tone}>{overtaken ? `${word}, overtaken` : word}</Status>;
}
