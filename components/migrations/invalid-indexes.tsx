import { quoteQualified } from "../../lib/postgres/identifiers.ts";
import type { DatabaseStanding } from "../../lib/queries/migrations.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { invalidIndexTodo } from "./fleet.model.ts";

/** Indexes that something CONCURRENTLY has left behind when it failed: they cost every write and help no read. */
export function InvalidIndexes({ databases }: { readonly databases: readonly DatabaseStanding[] }) {
  const found = databases.flatMap(({ name, survey }) =>
    (survey?.invalidIndexes ?? []).map((index) => ({ database: name, ...index })),
  );
  if (found.length === 0)
    return <p className="px-3 py-2 text-ink-soft">None: every index of every database is valid.</p>;
  return (
    <Table label="Invalid indexes">
      <TableHead>
        <Th>Database</Th>
        <Th>Index</Th>
        <Th>On</Th>
        <Th>What to do</Th>
      </TableHead>
      <TableBody>
        {found.map(({ database, schema, table, index }) => (
          <TableRow key={`${database} ${schema} ${index}`}>
            <Td>{database}</Td>
            <Td>
              <code>{index}</code>
            </Td>
            <Td>
              <code>
                {schema}.{table}
              </code>
            </Td>
            <Td className="min-w-80">{invalidIndexTodo(index, quoteQualified(schema, index))}</Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
