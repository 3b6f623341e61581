/**
 * Changes of a platform file by the entry: the text is cut and spliced where the entry stands, so that comments,
 * order and everybody else's lines stay as they were. Pure.
 */
import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { z } from "zod";
import { parseQualified } from "../postgres/identifiers.ts";

const name = z.string().min(1).max(300);
const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);
const value = z.union([
  scalar,
  z.record(
    z.string().max(300),
    z.union([scalar, z.array(scalar).max(100), z.record(z.string().max(300), scalar)]),
  ),
]);

const entryEdit = z.strictObject({
  section: z.enum(["tables", "columns", "common"]),
  name,
  value: value.nullable(),
});
const referenceEdit = z.strictObject({
  section: z.literal("references"),
  from: name,
  value: value.nullable(),
});
const keyColumnsEdit = z.strictObject({
  section: z.literal("tenant"),
  name: z.literal("key_columns"),
  value: z.array(name).min(1),
});

/** One line of the file: what it says from now on, or null for no line at all. */
export const fileEdit = z.union([entryEdit, referenceEdit, keyColumnsEdit]);
export type EntryEdit = z.output<typeof entryEdit>;
type ReferenceEdit = z.output<typeof referenceEdit>;
export type FileEdit = EntryEdit | ReferenceEdit | z.output<typeof keyColumnsEdit>;

/** Applies the edits in turn. A text that is no YAML stays as it is: the reader of platform files says what is wrong. */
export function editPlatformFile(text: string, edits: readonly FileEdit[]): string {
  return edits.reduce((now, edit) => applyEdit(now, edit), text);
}

function applyEdit(text: string, edit: FileEdit): string {
  const document = parseDocument(text, { version: "1.2" });
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  const root = document.contents as YAMLMap;
  switch (edit.section) {
    case "references":
      return editReferences(text, root, edit);
    case "tenant":
      return addKeyColumns(text, root, edit.value);
    default:
      return editEntry(text, root, edit);
  }
}

function editEntry(text: string, root: YAMLMap, edit: EntryEdit): string {
  const section = sectionOf(root, edit.section);
  const entry = section?.value;
  const pairs = isMap(entry) ? (entry.items as Pair<Node, Node>[]) : [];
  const known = pairs.find((pair) => sameName(String((pair.key as { value?: unknown }).value), edit.name));
  if (known !== undefined) {
    if (edit.value === null) return removeItem(text, entry as YAMLMap, known.key, known.value);
    return replaceNode(text, known.value, flow(edit.value));
  }
  if (edit.value === null) return text;
  return addItem(text, section, edit.section, entryOf(edit.name, edit.value));
}

function editReferences(text: string, root: YAMLMap, { from, value: wanted }: ReferenceEdit): string {
  const section = sectionOf(root, "references");
  let now = text;
  if (wanted === null) {
    const items = isSeq(section?.value) ? (section.value.items as Node[]) : [];
    // From the last to the first, so that the places of those before stay true.
    for (const item of items.filter((each) => sameName(fromOf(each), from)).reverse())
      now = removeItem(now, section!.value as YAMLMap, item, item);
    return now;
  }
  return addItem(now, section, "references", { block: `- ${flow(wanted)}`, inline: flow(wanted) });
}

function addKeyColumns(text: string, root: YAMLMap, names: readonly string[]): string {
  const tenant = sectionOf(root, "tenant")?.value;
  if (!isMap(tenant)) return text;
  const section = sectionOf(tenant, "key_columns");
  const known = isSeq(section?.value) ? (section.value.toJSON() as string[]) : [];
  const all = flow([...new Set([...known, ...names])]);
  if (section !== undefined) return replaceNode(text, section.value, all);
  const entry = `key_columns: ${all}`;
  return addItem(text, sectionOf(root, "tenant"), "tenant", { block: entry, inline: entry });
}

type Section = Pair<Node, Node | null> | undefined;

function sectionOf(map: YAMLMap, key: string): Section {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key) as Section;
}

/** As it stands on a line of its own, and among others between braces. */
interface Entry {
  readonly block: string;
  readonly inline: string;
}

/** A new entry at the section's end; the section is made where it is missing or empty. */
function addItem(text: string, section: Section, key: string, { block, inline }: Entry): string {
  const holder = section?.value;
  const items = isMap(holder) || isSeq(holder) ? holder.items : [];
  if (section === undefined) return `${text.replace(/\s*$/, "\n")}\n${key}:\n  ${block}\n`;
  if (items.length === 0) {
    const end = endOfLine(text, section.key.range![1]);
    const rest = text.slice(end);
    const [start] = holder?.range ?? [end];
    // `tables: {}` and `tables:` alike become a block, a comment behind them stays.
    const heading = start < end ? text.slice(0, start).trimEnd() : text.slice(0, end).replace(/\n$/, "");
    return `${heading}\n  ${block}\n${rest}`;
  }
  if ((holder as YAMLMap).flow) {
    const close = (holder as YAMLMap).range![1] - 1;
    const before = text.slice(0, close).trimEnd().replace(/,$/, "");
    return `${before}, ${inline}${isMap(holder) ? " " : ""}${text.slice(close)}`;
  }
  const last = items.at(-1) as Pair<Node, Node | null> | Node;
  const begin = isPair(last) ? (last.key as Node).range![0] : (last as Node).range![0];
  const node = isPair(last) ? (last.value ?? (last.key as Node)) : (last as Node);
  const indent = /^[ ]*/.exec(text.slice(startOfLine(text, begin)))![0];
  const end = endOfNode(text, node as Node);
  const gap = text[end - 1] === "\n" ? "" : "\n";
  return `${text.slice(0, end)}${gap}${indent}${block}\n${text.slice(end)}`;
}

/** An entry with the comment behind it; in a collection written in one line, with its comma. */
function removeItem(text: string, holder: YAMLMap, first: Node, last: Node | null): string {
  if (holder.flow) {
    const [begin] = first.range!;
    const end = (last ?? first).range![1];
    const behind = /^\s*,\s*/.exec(text.slice(end));
    if (behind !== null) return text.slice(0, begin) + text.slice(end + behind[0].length);
    return (
      text.slice(0, begin).replace(/,?\s*$/, holder.items.length > 1 ? " " : "") + text.slice(end).trimStart()
    );
  }
  return text.slice(0, startOfLine(text, first.range![0])) + text.slice(endOfNode(text, last ?? first));
}

function replaceNode(text: string, node: Node | null, replacement: string): string {
  if (node?.range == null) return text;
  const [begin, end] = node.range;
  const old = text.slice(begin, end);
  const block = (isMap(node) || isSeq(node)) && !(node as YAMLMap).flow;
  // A block's range ends with the line, and it begins on a line of its own.
  if (block)
    return `${text.slice(0, begin).trimEnd()} ${replacement}${old.endsWith("\n") ? "\n" : ""}${text.slice(end)}`;
  const [, behind = ""] = /(\s*)$/.exec(old)!;
  return `${text.slice(0, begin)}${old === "" ? " " : ""}${replacement}${behind}${text.slice(end)}`;
}

function fromOf(node: Node): string {
  return isMap(node) ? String(node.get("from") ?? "") : "";
}

/** Whatever quotes the file's author chose. */
function sameName(a: string, b: string): boolean {
  const parts = (text: string) => JSON.stringify(parseQualified(text) ?? text);
  return parts(a) === parts(b);
}

function startOfLine(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function endOfNode(text: string, node: Node): number {
  const [, end] = node.range!;
  return text[end - 1] === "\n" ? end : endOfLine(text, end);
}

function entryOf(key: string, entry: unknown): Entry {
  const document = new Document({});
  document.set(key, document.createNode(entry, { flow: true }));
  // Between braces a name may need quotes that it does not need on a line of its own.
  const inline = flow({ [key]: entry })
    .replace(/^\{ /, "")
    .replace(/ \}$/, "");
  return { block: document.toString({ lineWidth: 0 }).trim(), inline };
}

function flow(entry: unknown): string {
  const document = new Document();
  document.contents = document.createNode(entry, { flow: true }) as typeof document.contents;
  return document.toString({ lineWidth: 0 }).trim();
}
