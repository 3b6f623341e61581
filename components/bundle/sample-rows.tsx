import type { BundleRowsView } from "../../lib/queries/bundle-rows.ts";
import type { SampleCell, SampleRow } from "../../lib/queries/sample-cells.ts";
import { formatBytes, formatCount } from "../ui/quantities.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

type SampleRowsProps = Pick<BundleRowsView, "columns" | "rows" | "shown">;

/** Rows as they stand in the file, in its order. */
export function SampleRows({ columns, rows, shown }: SampleRowsProps) {
  return (
    <Table label={`Rows of ${shown.table}`}>
      <TableHead>
        <Th numeric>Row</Th>
        {columns.map(({ name, type, class: kind }) => (
          <Th key={name} className="h-auto py-1 align-bottom">
            <code className="text-ink">{name}</code>
            <span className="block font-normal">
              {type}
              {kind !== "plain" && `, ${kind}`}
              {(kind === "hashed" || kind === "secret") && ", never shown"}
            </span>
          </Th>
        ))}
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.place}>
            <Td numeric className="align-top text-ink-soft">
              {formatCount(row.place)}
            </Td>
            <Cells row={row} names={columns.map(({ name }) => name)} />
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Cells({ row, names }: { readonly row: SampleRow; readonly names: readonly string[] }) {
  if ("cells" in row)
    return row.cells.map((cell, index) => (
      <Td key={names[index]} className="max-w-80 align-top">
        <Value cell={cell} />
      </Td>
    ));
  return (
    <Td colSpan={names.length} className="text-ink-soft">
      {"tooLong" in row
        ? `This row has ${formatBytes(row.tooLong)}: too much for a page.`
        : "This line is no row: verify the bundle."}
    </Td>
  );
}

/** Characters of a value that stand in its cell; the rest unfolds. */
const IN_A_CELL = 48;

function Value({ cell }: { readonly cell: SampleCell }) {
  switch (cell.kind) {
    case "null":
      return <span className="text-ink-soft">NULL</span>;
    case "masked":
      return (
        <span className="text-ink-soft">
          <span aria-hidden>•••</span>
          <span className="sr-only">masked</span>
        </span>
      );
    case "absent":
      return <span className="text-bad">not in the file</span>;
    case "number":
      return <span className="tabular-nums break-all">{cell.text}</span>;
    case "json":
      return cell.text.length <= IN_A_CELL && cell.length === null ? (
        <code className="text-xs break-words">{cell.text.replace(/\s*\n\s*/g, " ")}</code>
      ) : (
        <Folded start={cell.text.replace(/\s*\n\s*/g, " ")} text={cell.text} length={cell.length} />
      );
    case "text":
      if (cell.text === "") return <span className="text-ink-soft">empty</span>;
      return cell.text.length <= IN_A_CELL && !cell.text.includes("\n") ? (
        <span className="break-words">{cell.text}</span>
      ) : (
        <Folded start={cell.text} text={cell.text} length={cell.length} />
      );
  }
}

interface FoldedProps {
  readonly start: string;
  readonly text: string;
  /** Of the whole value, where `text` is only its beginning. */
  readonly length: number | null;
}

function Folded({ start, text, length }: FoldedProps) {
  return (
    <details className="min-w-56">
      <summary className="break-words">{[...start].slice(0, IN_A_CELL).join("").trim()}…</summary>
      <pre className="mt-1 max-h-80 max-w-[40rem] overflow-auto rounded-sm bg-sunken p-2 font-mono text-xs whitespace-pre-wrap">
        {text}
      </pre>
      {length !== null && (
        <p className="text-ink-soft">
          The first {formatCount(text.length)} of {formatCount(length)} characters.
        </p>
      )}
    </details>
  );
}
