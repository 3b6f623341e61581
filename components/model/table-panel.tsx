import type { ReactNode } from "react";
import type { EditChoice } from "../../lib/queries/model-choices.ts";
import type { ModelReference, ModelTableDetail } from "../../lib/queries/model-table.ts";
import { links } from "../links.ts";
import { ProposedFindings } from "../platform/proposed-findings.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button, ButtonLink } from "../ui/button.tsx";
import { type Fact, Facts } from "../ui/facts.tsx";
import { Link } from "../ui/link.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatBytes, formatCount } from "../ui/quantities.ts";
import { Select } from "../ui/select.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

export interface TablePanelProps {
  readonly platform: string;
  readonly table: ModelTableDetail;
  readonly mayChange: boolean;
  /** Where the list stands without a table picked. */
  readonly close: string;
}

/** One table of the model: whose its rows are, its columns, and what a person may say of both. */
export function TablePanel({ platform, table, mayChange, close }: TablePanelProps) {
  const change = mayChange && table.choices.length > 0;
  return (
    <Panel
      id="table"
      title={<code className="break-all">{table.id}</code>}
      aside={
        <ButtonLink href={close} size="sm">
          Close<span className="sr-only"> {table.id}</span>
        </ButtonLink>
      }
    >
      <div className="flex flex-col gap-3">
        <Facts facts={factsOf(platform, table)} />
        {change && <ChangeForm platform={platform} label={`Say of ${table.id}`} choices={table.choices} />}
        {table.findings.length > 0 && (
          <ProposedFindings platform={platform} findings={table.findings} mayChange={mayChange} />
        )}
        <Table label={`Columns of ${table.id}`}>
          <TableHead>
            <Th>Column</Th>
            <Th>Type</Th>
            <Th>Class</Th>
            {mayChange && <Th>Say otherwise</Th>}
          </TableHead>
          <TableBody>
            {table.columns.map((column) => (
              <TableRow key={column.name}>
                <Td>
                  <code>{column.name}</code> {column.key && <Badge>key</Badge>}{" "}
                  {column.fresh !== null && <Badge>fresh {column.fresh} on import</Badge>}
                </Td>
                <Td className="text-ink-soft">
                  {column.type}
                  {column.nullable ? "" : ", never NULL"}
                  {column.computed && ", computed"}
                </Td>
                <Td>{column.words}</Td>
                {mayChange && (
                  <Td>
                    {column.choices.length > 0 && (
                      <ChangeForm
                        platform={platform}
                        label={`Say of ${column.name}`}
                        choices={column.choices}
                        compact
                      />
                    )}
                  </Td>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </Panel>
  );
}

function factsOf(platform: string, table: ModelTableDetail): readonly Fact[] {
  const list = (references: readonly ModelReference[]): ReactNode => (
    <ul>
      {references.map((reference) => (
        <li key={reference.words} className="py-0.5">
          <Link className="link" href={links.model(platform, { table: reference.table })}>
            {reference.words}
          </Link>{" "}
          {!reference.declared && <Badge>virtual</Badge>}
        </li>
      ))}
    </ul>
  );
  return [
    {
      label: "Rows",
      value: (
        <>
          {table.words} <Badge>{table.declared ? "declared" : "derived"}</Badge>
        </>
      ),
    },
    ...(table.otherPaths.length === 0 ? [] : [{ label: "Other paths", value: table.otherPaths.join("; ") }]),
    ...(table.place === null ? [] : [{ label: "Loaded", value: `as number ${table.place}` }]),
    {
      label: "Size",
      value: `${table.estimatedRows === null ? "never analysed" : `about ${formatCount(table.estimatedRows)} rows`}, ${formatBytes(table.bytes)}`,
    },
    ...(table.pointsAt.length === 0 ? [] : [{ label: "Points at", value: list(table.pointsAt) }]),
    ...(table.pointedAtBy.length === 0 ? [] : [{ label: "Pointed at by", value: list(table.pointedAtBy) }]),
  ];
}

interface ChangeFormProps {
  readonly platform: string;
  readonly label: string;
  readonly choices: readonly EditChoice[];
  readonly compact?: boolean;
}

/** Leads to the editor with the change made in its draft: nothing is saved before somebody has seen what it does. */
function ChangeForm({ platform, label, choices, compact = false }: ChangeFormProps) {
  return (
    <form action={links.modelEdit(platform)} method="get" className="flex items-center gap-1">
      <Select
        name="edit"
        aria-label={label}
        required
        empty={compact ? "…" : "Say whose its rows are…"}
        choices={choices.map((choice) => ({ value: JSON.stringify(choice.edit), label: choice.label }))}
        className={compact ? "h-7 w-auto max-w-44" : "w-auto max-w-full min-w-0"}
      />
      <Button type="submit" size="sm">
        Preview<span className="sr-only">: {label}</span>
      </Button>
    </form>
  );
}
