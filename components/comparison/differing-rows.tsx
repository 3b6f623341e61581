import type { ShownRow, ShownValue } from "../../lib/operations/comparisons/shown-row.ts";
import { Status, type Tone } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

const TONES: Readonly<Record<ShownRow["kind"], Tone>> = { added: "ok", changed: "warn", removed: "bad" };

/** Rows that differ, column by column: what stood there, and what stands there now. */
export function DifferingRows({
  table,
  rows,
}: {
  readonly table: string;
  readonly rows: readonly ShownRow[];
}) {
  return (
    <Table label={`Rows of ${table} that differ`}>
      <TableHead>
        <Th>Row</Th>
        <Th>Column</Th>
        <Th>Before</Th>
        <Th>After</Th>
      </TableHead>
      <TableBody>
        {rows.map((row, place) => {
          const cells = row.cells.length > 0 ? row.cells : [null];
          return cells.map((cell, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are what was kept, in its order, and never move
            <TableRow key={`${place} ${at}`}>
              {at === 0 && (
                <Td rowSpan={cells.length} className="max-w-64 align-top">
                  <Status tone={TONES[row.kind]}>{row.kind}</Status>
                  {row.key.map(({ column, value }) => (
                    <p key={column} className="text-ink-soft break-all">
                      <code>{column}</code> <Value value={value} />
                    </p>
                  ))}
                </Td>
              )}
              <Td className="align-top">
                <code>{cell?.column}</code>
              </Td>
              <Td className="max-w-80 align-top">{cell !== null && <Value value={cell.before} />}</Td>
              <Td className="max-w-80 align-top">{cell !== null && <Value value={cell.after} />}</Td>
            </TableRow>
          ));
        })}
      </TableBody>
    </Table>
  );
}

function Value({ value }: { readonly value: ShownValue | null }) {
  if (value === null) return <span className="sr-only">no such row</span>;
  if ("hidden" in value)
    return (
      <span className="text-ink-soft">
        <span aria-hidden>•••</span>
        <span className="sr-only">not shown: personal</span>
      </span>
    );
  if (value.text === null) return <span className="text-ink-soft">NULL</span>;
  if (value.text === "") return <span className="text-ink-soft">empty</span>;
  return (
    <span className="break-words">
      {value.text}
      {value.cut === true && "…"}
    </span>
  );
}
