/** Where in a platform file something is spoken of: for those who show a finding beside the line that answers it. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The section that is about a finding's table or column where no line of its own is. */
export type PlaceOf = (where: string) => Place | null;

/**
 * Looks through the text once. A table or a column (`public.orders.note`) stands where it is a key, or an end of a
 * reference; a column without a line of its own where its table has one. What a finding already says, `file:3:5`, is
 * taken from it. Null where the file does not speak of it, and for a text that is no YAML.
 */
export function placesIn(text: string, fileName: string): PlaceOf {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
  const places = new Map<string, Place>();
  const note = (name: string, node: Node) => {
    if (places.has(name)) return;
    const { line, col } = lines.linePos(node.range?.[0] ?? 0);
    places.set(name, { line, column: col });
  };
  if (isMap(document.contents)) noteAll(document.contents, note);
  return (where) => {
    if (where.startsWith(`${fileName}:`)) {
      const [line, column] = where
        .slice(fileName.length + 1)
        .split(":")
        .map(Number);
      return Number.isInteger(line) && line! > 0 ? { line: line!, column: column || 1 } : null;
    }
    // `public.a.x, public.a.y`: the first that is spoken of.
    const names = where.split(", ");
    for (const name of [...names, ...names.map(tableOf)]) {
      const place = places.get(name);
      if (place !== undefined) return place;
    }
    return null;
  };
}

function noteAll(map: YAMLMap, note: (name: string, node: Node) => void): void {
  for (const { key, value } of map.items) {
    if (isScalar(key) && typeof key.value === "string") note(key.value, key);
    if (isMap(value)) noteAll(value, note);
    if (isScalar(value) && typeof value.value === "string" && value.value.includes("."))
      note(value.value, value);
    if (!isSeq(value)) continue;
    for (const item of value.items) if (isMap(item)) noteAll(item, note);
  }
}

function tableOf(column: string): string {
  return column.slice(0, Math.max(0, column.lastIndexOf(".")));
}
