import type { EmptinessProof } from "../../lib/rows/delete/prove-empty.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { referenceInWords, tableInWords } from "./emptiness.model.ts";

/** The proof of emptiness as the records keep it: every table, every reference, the schema, and what is only called so. */
export function Emptiness({ proof }: { readonly proof: EmptinessProof }) {
  const { tables, references, schema, objects, provedAt } = proof;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-soft">
        Counted in one snapshot, <Time at={new Date(provedAt)} />: each table by its way to the tenant and,
        where that is gone, by the keys that were noted before the first row went.
      </p>
      <Table label="Rows that are left, by table">
        <TableHead>
          <Th>Table</Th>
          <Th numeric>Rows left</Th>
        </TableHead>
        <TableBody>
          {tables.map((each) => (
            <TableRow key={each.table}>
              <Td>
                <code className="break-all">{each.table}</code>
              </Td>
              <Td numeric>{tableInWords(each)}</Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {references.length > 0 && (
        <Table label="Rows of others that still name it, by reference">
          <TableHead>
            <Th>Reference</Th>
            <Th numeric>Rows that name it</Th>
          </TableHead>
          <TableBody>
            {references.map((each) => (
              <TableRow key={each.id}>
                <Td>
                  <code className="wrap-anywhere">{each.id}</code>
                </Td>
                <Td numeric>{referenceInWords(each)}</Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {schema !== null && (
        <p>
          Its schema <code className="break-all">{schema.name}</code>{" "}
          {schema.isThere ? "is still there" : "is gone"}.
        </p>
      )}
      {objects.length > 0 && (
        <p>
          Called after it, and not its own as far as anybody has said; they stay:{" "}
          {objects.map(({ kind, name }, at) => (
            <span key={`${kind} ${name}`}>
              {at > 0 && ", "}
              {kind} <code className="break-all">{name}</code>
            </span>
          ))}
          .
        </p>
      )}
    </div>
  );
}
