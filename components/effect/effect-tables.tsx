import type { KeptTable } from "../../lib/operations/effects/keep.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { formatCount } from "../ui/quantities.ts";
import { Rows } from "../ui/quantity.tsx";
import { Status, TONE_TEXT } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { columnWords, fateOf, rowWords } from "./effect.model.ts";

export interface EffectTablesProps {
  readonly id: string;
  readonly tables: readonly KeptTable[];
  /** The table whose rows stand below. */
  readonly shown: string | null;
}

/** Each table that is not what it was: its fate, its rows, its columns. */
export function EffectTables({ id, tables, shown }: EffectTablesProps) {
  return (
    <Table label="Tables that are different">
      <TableHead>
        <Th>Table</Th>
        <Th numeric>Before</Th>
        <Th numeric>After</Th>
        <Th>Rows</Th>
        <Th>Columns</Th>
      </TableHead>
      <TableBody>
        {tables.map((table) => (
          <TableRow key={table.table}>
            <Td className="min-w-44 align-top">
              <Name id={id} table={table} shown={shown} />
            </Td>
            <Td numeric className="align-top">
              {table.is === "new" ? <None /> : <Rows value={table.rows[0]} bare />}
            </Td>
            <Td numeric className="align-top">
              {table.is === "gone" ? <None /> : <Rows value={table.rows[1]} bare />}
            </Td>
            <Td className="min-w-36 align-top">
              <RowsDifferent table={table} />
            </Td>
            <Td className="min-w-72 align-top">
              <Columns table={table} />
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const None = () => <span className="text-ink-soft">none</span>;

function Name({ id, table, shown }: Omit<EffectTablesProps, "tables"> & { readonly table: KeptTable }) {
  const fate = fateOf(table);
  return (
    <>
      {table.examples === 0 ? (
        <code>{table.table}</code>
      ) : (
        <Link
          href={links.effect(id, { table: table.table })}
          className="link"
          aria-current={table.table === shown ? "true" : undefined}
          title={`Rows of ${table.table}`}
        >
          <code>{table.table}</code>
        </Link>
      )}
      {fate !== null && (
        <p>
          <Status tone={fate.tone}>{fate.word}</Status>
        </p>
      )}
    </>
  );
}

function RowsDifferent({ table }: { readonly table: KeptTable }) {
  const words = rowWords(table);
  if (words.length === 0) return <span className="text-ink-soft">the same</span>;
  return words.map(({ sign, count, word }) => (
    <p key={word}>
      {sign} {count === null ? "" : formatCount(count)} {word}
    </p>
  ));
}

const SIGN_TONE = { "+": TONE_TEXT.ok, "−": TONE_TEXT.bad, "~": TONE_TEXT.warn } as const;

function Columns({ table }: { readonly table: KeptTable }) {
  if (table.columns.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5">
      {table.columns.map((column) => {
        const { sign, text } = columnWords(column);
        return (
          <li key={`${column.name} ${column.is}`} className="break-words">
            <span className={SIGN_TONE[sign]}>
              {sign} <code>{column.name}</code>
            </span>{" "}
            <span className="text-ink-soft">{text}</span>
          </li>
        );
      })}
    </ul>
  );
}
