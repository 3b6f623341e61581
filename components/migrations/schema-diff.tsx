import type { PartDiff, SchemaDiff, TableDiff } from "../../lib/catalog/schema-diff.ts";
import type { ObjectDiff } from "../../lib/catalog/schema-objects.ts";
import { TONE_TEXT, type Tone } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

export interface SchemaDifferencesProps {
  readonly diff: SchemaDiff;
  /** Null where they are not known of both versions. */
  readonly objects: readonly ObjectDiff[] | null;
}

/** What is different between two schemas: tables that came and went, the others part by part, and what is beside them. */
export function SchemaDifferences({ diff, objects }: SchemaDifferencesProps) {
  const { added, removed, changed } = diff;
  const unknown = objects === null && (
    <p className="border-t px-3 py-2 text-ink-soft first:border-0">
      Views, functions, sequences and types are not known of both versions: measure the migrations again.
    </p>
  );
  if (added.length + removed.length + changed.length + (objects?.length ?? 0) === 0)
    return (
      <>
        <p className="px-3 py-2 text-ink-soft">Nothing: both have the same tables, to the last trigger.</p>
        {unknown}
      </>
    );
  return (
    <>
      <Differences added={added} removed={removed} changed={changed} objects={objects ?? []} />
      {unknown}
    </>
  );
}

function Differences({
  added,
  removed,
  changed,
  objects,
}: Pick<SchemaDiff, "added" | "removed" | "changed"> & { readonly objects: readonly ObjectDiff[] }) {
  return (
    <Table label="What is different">
      <TableHead>
        <Th>Table</Th>
        <Th>What</Th>
        <Th>Before</Th>
        <Th>After</Th>
      </TableHead>
      <TableBody>
        {removed.map((table) => (
          <Whole key={table} table={table} sign="−" word="removed" tone="bad" />
        ))}
        {added.map((table) => (
          <Whole key={table} table={table} sign="+" word="added" tone="ok" />
        ))}
        {changed.flatMap((each) => linesOf(each))}
        {objects.map(({ object, before, after }) => (
          <TableRow key={object}>
            <Td className="align-top text-ink-soft">no table</Td>
            <Td className={`min-w-52 align-top ${TONE_TEXT[toneOf(before, after)]}`}>
              {signOf(before, after)} {object.slice(0, object.lastIndexOf(" "))}{" "}
              <code>{object.slice(object.lastIndexOf(" ") + 1)}</code>
            </Td>
            <Td className="min-w-52 align-top whitespace-pre-wrap">
              <Text text={before} />
            </Td>
            <Td className="min-w-52 align-top whitespace-pre-wrap">
              <Text text={after} />
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Whole(props: {
  readonly table: string;
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}) {
  return (
    <TableRow>
      <Td>
        <code>{props.table}</code>
      </Td>
      <Td colSpan={3} className={TONE_TEXT[props.tone]}>
        {props.sign} table {props.word}
      </Td>
    </TableRow>
  );
}

const ONE: Readonly<Record<PartDiff["part"], string>> = {
  columns: "column",
  constraints: "constraint",
  indexes: "index",
  policies: "policy",
  triggers: "trigger",
};

function linesOf({ table, is, parts }: TableDiff) {
  const whole = is === null ? [] : [{ what: "table", name: "", ...is }];
  const lines = parts.map(({ part, ...each }) => ({ what: ONE[part], ...each }));
  return [...whole, ...lines].map(({ what, name, before, after }, at) => (
    <TableRow key={`${table} ${what} ${name}`}>
      <Td className="align-top">
        <code className={at === 0 ? undefined : "text-ink-soft"}>{table}</code>
      </Td>
      <Td className={`min-w-52 align-top ${TONE_TEXT[toneOf(before, after)]}`}>
        {signOf(before, after)} {what} <code>{name}</code>
      </Td>
      <Td className="min-w-52 align-top">
        <Text text={before} />
      </Td>
      <Td className="min-w-52 align-top">
        <Text text={after} />
      </Td>
    </TableRow>
  ));
}

function Text({ text }: { readonly text: string | null }) {
  return text === null ? (
    <span className="text-ink-soft">not there</span>
  ) : (
    <code className="break-words">{text}</code>
  );
}

function toneOf(before: string | null, after: string | null): Tone {
  if (before === null) return "ok";
  return after === null ? "bad" : "warn";
}

function signOf(before: string | null, after: string | null): string {
  if (before === null) return "+";
  return after === null ? "−" : "~";
}
