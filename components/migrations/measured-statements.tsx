import type { Touched } from "../../lib/migrations/judge/concerns.ts";
import type { OnlineForm } from "../../lib/migrations/judge/online-forms.ts";
import type { StatementView } from "../../lib/queries/measured-migrations.ts";
import { formatCount } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { CLASS_MEANS, CLASS_TONE, quietLocks, REVERSIBLE, touchWords } from "./measured.model.ts";

export interface MeasuredStatementsProps {
  readonly statements: readonly StatementView[];
  /** Live ones, in the order of the columns. */
  readonly databases: readonly string[];
}

/** Each statement with its classes, what makes them so, the tables that wait, and the way around. */
export function MeasuredStatements({ statements, databases }: MeasuredStatementsProps) {
  if (statements.length === 0) return <p className="text-ink-soft">The file holds no statement.</p>;
  return (
    <ol className="flex flex-col gap-3">
      {statements.map((statement) => (
        <li key={statement.number} className="min-w-0 rounded-md border">
          <OneStatement statement={statement} databases={databases} />
        </li>
      ))}
    </ol>
  );
}

function OneStatement({
  statement,
  databases,
}: {
  readonly statement: StatementView;
  readonly databases: readonly string[];
}) {
  const { number, kind, line, text, judgement, touched, outside } = statement;
  const heading = `measured-${number}`;
  return (
    <section aria-labelledby={heading}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-sunken px-2 py-1">
        <h3 id={heading} className="font-medium">
          {number}. {kind}
        </h3>
        <Classes statement={statement} />
        {outside && <span className="text-ink-soft">outside of a transaction</span>}
        <span className="ml-auto text-xs text-ink-soft">line {line}</span>
      </header>
      <div className="flex flex-col gap-2 p-2">
        <details>
          <summary className="truncate text-ink-soft">
            <code>{firstLine(text)}</code>
          </summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <pre tabIndex={0} className="mt-1 overflow-x-auto font-mono text-xs leading-5">
            {text}
          </pre>
        </details>
        {judgement !== null && (
          <>
            <ul className="flex list-disc flex-col gap-0.5 pl-5">
              {judgement.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
              <li className={judgement.reversible.is === "yes" ? "text-ink-soft" : undefined}>
                {REVERSIBLE[judgement.reversible.is]}
                {judgement.reversible.why === null ? "." : `: ${lowerFirst(judgement.reversible.why)}`}
              </li>
              <QuietLocks statement={statement} />
            </ul>
            {touched.length > 0 && <TouchedTables number={number} touched={touched} databases={databases} />}
            {judgement.onlineForms.map((form) => (
              <Online
                key={`${form.table} ${form.sentence}`}
                form={form}
                isLarge={touched.some(({ table, isLarge }) => isLarge && table === form.table)}
              />
            ))}
          </>
        )}
      </div>
    </section>
  );
}

function Classes({ statement: { judgement, outcome, sqlState } }: { readonly statement: StatementView }) {
  if (judgement === null)
    return outcome === "failed" ? (
      <Status tone="bad">failed, SQLSTATE {sqlState}</Status>
    ) : (
      <Status tone="idle">not reached</Status>
    );
  return judgement.classes.map((each) => (
    <span key={each} title={CLASS_MEANS[each]}>
      <Status tone={CLASS_TONE[each]}>{each}</Status>
    </span>
  ));
}

function QuietLocks({ statement }: { readonly statement: StatementView }) {
  const locks = quietLocks(statement);
  if (locks.length === 0) return null;
  return (
    <li className="text-ink-soft">
      Takes {locks.map(({ table, mode }) => `${mode} on ${table}`).join(", ")}, which keeps no reader and no
      writer out.
    </li>
  );
}

function TouchedTables({
  number,
  touched,
  databases,
}: {
  readonly number: number;
  readonly touched: readonly Touched[];
  readonly databases: readonly string[];
}) {
  return (
    <Table label={`Tables that statement ${number} locks or reads`}>
      <TableHead>
        <Th>Table</Th>
        <Th>What happens to it</Th>
        {databases.map((database) => (
          <Th key={database} numeric>
            in {database}
          </Th>
        ))}
      </TableHead>
      <TableBody>
        {touched.map((each) => (
          <TableRow key={each.table}>
            <Td>
              <code>{each.table}</code>
            </Td>
            <Td className="min-w-48">
              {touchWords(each)}
              {each.isLarge && (
                <>
                  {" "}
                  <Status tone="bad">over 1 GiB</Status>
                </>
              )}
            </Td>
            {databases.map((database) => (
              <Td key={database} numeric>
                <Size size={each.sizes.find((size) => size.database === database)} />
              </Td>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Size({ size }: { readonly size: Touched["sizes"][number] | undefined }) {
  if (size === undefined) return <span className="text-ink-soft">not there</span>;
  return (
    <>
      <Bytes value={size.bytes} />
      {size.rows !== null && (
        <span className="text-ink-soft">
          , about <Rows value={size.rows} />
        </span>
      )}
    </>
  );
}

function Online({ form, isLarge }: { readonly form: OnlineForm; readonly isLarge: boolean }) {
  return (
    <div className={`rounded-md border p-2 ${isLarge ? "border-bad/40 bg-bad-soft" : "bg-sunken"}`}>
      <p>
        <span className="font-medium">
          {isLarge ? "Do it online" : "Online"}: <code>{form.table}</code>.
        </span>{" "}
        {form.sentence}
      </p>
      {form.sql.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre tabIndex={0} className="mt-1 overflow-x-auto font-mono text-xs leading-5">
          {form.sql.length === 1
            ? form.sql[0]
            : form.sql.map((sql, at) => `-- ${formatCount(at + 1)}\n${sql}`).join("\n")}
        </pre>
      )}
    </div>
  );
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";

const lowerFirst = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
