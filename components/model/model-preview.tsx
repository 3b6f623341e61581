import type { DatabasePreview, FilePreview } from "../../lib/operations/registration/preview-file.ts";
import { Changes } from "../diff/changes.tsx";
import { Banner } from "../ui/banner.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Findings } from "../ui/findings.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { rowsInWords } from "./rows-in-words.model.ts";

export interface ModelPreviewProps {
  /** Null where the text could not be tried. */
  readonly preview: FilePreview | null;
  /** Whether the draft differs from its version at all. */
  readonly changed: boolean;
}

/** What a draft would change: whose tables are, the order of load, rows of tenants, findings that go or come. */
export function ModelPreview({ preview, changed }: ModelPreviewProps) {
  if (preview === null)
    return (
      <Panel title="What changes">
        <EmptyState title="Not known">The text could not be tried: see what is wrong with it.</EmptyState>
      </Panel>
    );
  if (!changed)
    return (
      <Panel title="What changes">
        <EmptyState title="Nothing yet">
          The draft is version {preview.version} itself. Change a line, import a file, or come here from a
          table, a suspected reference or a finding.
        </EmptyState>
      </Panel>
    );
  return (
    <div className="flex flex-col gap-3" role="status">
      {preview.unasked.length > 0 && (
        <Panel title="Could not be asked">
          <Findings findings={preview.unasked} />
        </Panel>
      )}
      {preview.databases.map((database) => (
        <OneDatabase key={database.database} preview={database} />
      ))}
      {preview.databases.length === 0 && preview.unasked.length === 0 && (
        <Panel title="What changes">
          <EmptyState title="No database">The platform has none that the draft could be tried on.</EmptyState>
        </Panel>
      )}
    </div>
  );
}

function OneDatabase({ preview: { database, diff, rows } }: { readonly preview: DatabasePreview }) {
  const blocks = diff.appeared.filter(({ severity }) => severity === "blocks").length;
  const parts = [
    ["Tables", diff.tables],
    ["Columns", diff.columns],
    ["References", diff.references],
    ["Order of load", diff.loadOrder],
  ] as const;
  const nothing = [...parts.map(([, changes]) => changes), diff.gone, diff.appeared].every(
    (list) => list.length === 0,
  );
  return (
    <Panel title={`In ${database}`}>
      <div className="flex flex-col gap-3">
        {nothing && (
          <p className="text-ink-soft">Nothing: no table, column, reference or finding is different.</p>
        )}
        {blocks > 0 && (
          <Banner tone="bad">
            {formatNoun(blocks, "finding that blocks appears", "findings that block appear")}: operations are
            refused until it is answered.
          </Banner>
        )}
        {parts.map(([title, changes]) =>
          changes.length === 0 ? null : (
            <section key={title} aria-label={`${title} in ${database}`}>
              <h3 className="font-medium">
                {title} <span className="font-normal text-ink-soft">{changes.length}</span>
              </h3>
              <Changes changes={changes} />
            </section>
          ),
        )}
        {rows.length > 0 && (
          <section aria-label={`Rows of tenants in ${database}`}>
            <h3 className="mb-1 font-medium">Rows of tenants</h3>
            <Table label={`Rows of tenants in ${database}, table by table`}>
              <TableHead>
                <Th>Table</Th>
                <Th>Now</Th>
                <Th>Then</Th>
              </TableHead>
              <TableBody>
                {rows.map((row) => (
                  <TableRow key={row.table}>
                    <Td>
                      <code>{row.table}</code>
                    </Td>
                    <Td>{rowsInWords(row.before)}</Td>
                    <Td>{rowsInWords(row.after)}</Td>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </section>
        )}
        {diff.gone.length > 0 && (
          <section aria-label={`Findings answered in ${database}`}>
            <h3 className="font-medium text-ok">
              Answered <span className="font-normal text-ink-soft">{diff.gone.length}</span>
            </h3>
            <Findings findings={diff.gone} />
          </section>
        )}
        {diff.appeared.length > 0 && (
          <section aria-label={`New findings in ${database}`}>
            <h3 className="font-medium text-bad">
              New <span className="font-normal text-ink-soft">{diff.appeared.length}</span>
            </h3>
            <Findings findings={diff.appeared} />
          </section>
        )}
      </div>
    </Panel>
  );
}
