import type { PartDiff, SchemaDiff, TableDiff } from "../../lib/catalog/schema-diff.ts";
import { TONE_TEXT, type Tone } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

/** What is different between two schemas: tables that came and went, and in the others part by part. */
export function SchemaDifferences({ diff }: { readonly diff: SchemaDiff }) {
  const { added, removed, changed } = diff;
  if (added.length + removed.length + changed.length === 0)
    return (
      <p className="px-3 py-2 text-ink-soft">Nothing: both have the same tables, to the last trigger.</p>
    );
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
