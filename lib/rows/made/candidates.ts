/**
 * Values that a made row may hold: for each column a short list, likely ones first, the same every time. What a
 * CHECK, an enum or a partition's bounds name comes first; whether a value fits is asked of the database.
 */
import type { Column } from "../../catalog/catalog.ts";
import { sampleId } from "./sample-id.ts";
import { arrayOf } from "./written-ids.ts";

/** Which row is meant: of whom (`a`, `b`, `s` for what is shared), and the how manyth of its table, from 0. */
export interface Made {
  readonly owner: "a" | "b" | "s";
  readonly number: number;
}

/** What the schema says of a column's values. */
export interface Hints {
  /** The type under all domains, with its length: `character varying(3)`. */
  readonly type: string;
  /** An enum's, in its order. */
  readonly labels: readonly string[];
  /** How the application makes it, as the platform file says; null for what is no id of its making. */
  readonly generator: string | null;
  /** Constants in what constrains it. */
  readonly constants: readonly string[];
}

/** Texts as the type's input function takes them; empty for a type that nothing is known of. */
export function candidatesFor(column: Column, hints: Hints, made: Made): readonly string[] {
  const { labels, constants, generator } = hints;
  const id = generator === null ? null : sampleId(generator, place(made));
  if (id !== null) return [id];
  const type = column.baseType.replace(/^pg_catalog\./, "");
  // `int2vector` has elements, and is written without braces.
  if (/^(?:int2|oid)vector$/.test(type)) return ["", "1"];
  if (column.elementType !== null) return arraysFor(column.elementType, hints, made);
  if (labels.length > 0) return turned(labels, made.number);
  const usual = USUAL[type]?.(made, lengthOf(hints.type)) ?? [];
  // A constant may be a bound of a range: what lies beside it fits then.
  const beside = constants.flatMap((text) =>
    /^-?\d+$/.test(text) ? [text, String(Number(text) + 1), String(Number(text) - 1)] : [text],
  );
  const all = column.nullable ? [...usual, ...beside] : [...beside, ...usual];
  return [...new Set(all)].filter((text) => text.length <= lengthOf(hints.type));
}

/** An empty one, and with one element. */
function arraysFor(elementType: string, { labels, constants }: Hints, made: Made): readonly string[] {
  const usual = USUAL[elementType.replace(/^pg_catalog\./, "")]?.(made, Number.POSITIVE_INFINITY) ?? [];
  const elements = [...usual.slice(0, 1), ...labels, ...constants].map((element) => arrayOf(element));
  return [...new Set(["{}", ...elements, ...constants.filter((text) => text.startsWith("{"))])];
}

type Usual = (made: Made, length: number) => readonly string[];

/** Different for every row, and small enough for a smallint. */
const place = ({ owner, number }: Made) => ({ a: 100, b: 200, s: 300 })[owner] + number;
const numbers: Usual = (made) => [String(place(made)), "1", "0", "50"];
const fractions: Usual = (made) => [String(1 + (place(made) % 7)), "0", "0.5"];
const day = (made: Made) => `2026-01-${String(1 + (place(made) % 28)).padStart(2, "0")}`;
const moments: Usual = (made) => [
  `${day(made)} 10:00:00+00`,
  "2025-06-15 10:00:00+00",
  "2024-02-10 10:00:00+00",
];

const texts: Usual = (made, length) => {
  const word = `${made.owner}${made.number}`;
  const hex = String(place(made)).padStart(64, "0");
  const all = [
    `${word}-made`,
    word,
    `${word}@example.com`,
    `${word}.example.com`,
    `https://${word}.example.com/`,
    hex,
    `+1555${place(made)}0000`,
    [made.owner, String.fromCharCode(97 + made.number)].join("").toUpperCase(),
    String.fromCharCode(65 + (place(made) % 26)),
    `${made.owner.toUpperCase()}EU`,
    String(place(made)),
  ];
  const fitting = all.filter((text) => text.length <= length);
  return fitting.length > 0 ? fitting : [word.slice(0, length)];
};

const ranges =
  (bounds: (made: Made) => readonly [string, string]): Usual =>
  (made) => {
    const [from, to] = bounds(made);
    return [`[${from},${to})`];
  };

const USUAL: Readonly<Record<string, Usual>> = {
  uuid: (made) => [`00000000-0000-4000-8000-${String(place(made)).padStart(12, "0")}`],
  int2: numbers,
  int4: numbers,
  int8: numbers,
  oid: numbers,
  numeric: fractions,
  float4: fractions,
  float8: fractions,
  money: fractions,
  bool: () => ["false", "true"],
  text: texts,
  varchar: texts,
  bpchar: texts,
  citext: texts,
  name: texts,
  "public.citext": texts,
  date: (made) => [day(made), "2025-06-15", "2024-02-10"],
  timestamp: moments,
  timestamptz: moments,
  time: () => ["10:00:00"],
  timetz: () => ["10:00:00+00"],
  interval: () => ["1 hour"],
  json: () => ["{}", "[]"],
  jsonb: () => ["{}", "[]"],
  xml: () => ["<made/>"],
  bytea: (made) => [`\\x${String(place(made)).padStart(64, "0")}`, "\\x01"],
  inet: (made) => [`192.0.2.${place(made) % 256}`],
  cidr: () => ["192.0.2.0/24"],
  macaddr: () => ["08:00:2b:01:02:03"],
  tsvector: () => ["made"],
  point: () => ["(1,1)"],
  bit: (_made, length) => ["1".repeat(length === Number.POSITIVE_INFINITY ? 1 : length)],
  varbit: () => ["1"],
  int4range: ranges((made) => [String(place(made)), String(place(made) + 1)]),
  int8range: ranges((made) => [String(place(made)), String(place(made) + 1)]),
  numrange: ranges((made) => [String(place(made)), String(place(made) + 1)]),
  daterange: ranges((made) => [day(made), "2026-02-01"]),
  tsrange: ranges((made) => [day(made), `${day(made)} 12:00`]),
  tstzrange: ranges((made) => [`${day(made)} 10:00+00`, `${day(made)} 12:00+00`]),
};

/** `character varying(80)`: 80. */
function lengthOf(type: string): number {
  return Number(/^(?:character|bit|varchar|char)[^(]*\((\d+)\)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
}

function turned(values: readonly string[], by: number): readonly string[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}
