/** What a table of a random platform has besides keys and references. Pure. */
import type { Build, BuiltTable } from "./built.ts";
import { list, quote } from "./keys.ts";
import { TYPES } from "./material.ts";

export function addOddities(
  table: BuiltTable,
  ownerColumns: readonly string[],
  { names, major }: Build,
): void {
  const { columns, constraints, indexes } = table;
  const shape = table.shape!;
  const within = (...more: string[]) => list([...ownerColumns, ...more]);
  switch (shape.unique) {
    case "none":
      break;
    case "partial": {
      const number = names();
      columns.push({ name: number, type: "integer", definition: "integer", counted: "thirds" });
      indexes.push(`(${within(number)}) WHERE ${quote(number)} % 3 = 0`);
      break;
    }
    case "expression": {
      const label = names();
      columns.push({ name: label, type: "text", definition: "text", counted: "label" });
      indexes.push(`(${[...ownerColumns.map(quote), `lower(${quote(label)})`].join(", ")})`);
      break;
    }
    case "nulls not distinct": {
      const [number, never] = [names(), names()];
      columns.push({ name: number, type: "integer", definition: "integer", counted: "number" });
      columns.push({ name: never, type: "text", definition: "text" });
      constraints.push(`UNIQUE ${major < 15 ? "" : "NULLS NOT DISTINCT"} (${within(number, never)})`);
      break;
    }
    case "exclusion": {
      const span = names();
      columns.push({ name: span, type: "int4range", definition: "int4range", counted: "span" });
      const first = ownerColumns.slice(0, 1).map((column) => `${quote(column)} WITH =, `);
      constraints.push(`EXCLUDE USING gist (${first.join("")}${quote(span)} WITH &&)`);
      break;
    }
  }
  if (shape.computed !== "none") {
    const base = names();
    columns.push({ name: base, type: "integer", definition: "integer", values: ["1", "-7", "1000"] });
    const kind = major < 18 ? "STORED" : shape.computed.toUpperCase();
    const definition = `bigint GENERATED ALWAYS AS (${quote(base)} * 2) ${kind}`;
    columns.push({ name: names(), type: "bigint", definition, computed: true });
  }
  for (const extra of shape.extras) {
    const { type, values } = TYPES[extra]!;
    if (major < 15 && type === "numeric(3,-2)") continue;
    const known = type.startsWith("interval") ? values.filter((value) => isInterval(value, major)) : values;
    columns.push({ name: names(), type, definition: type, values: known });
  }
}

/** Hours in front of minutes are as many as microseconds in 64 bits since 15, and it knows infinity since 17. */
function isInterval(value: string, major: number): boolean {
  const since = /infinity/.test(value) ? 17 : /^\d{10}:/.test(value) ? 15 : 14;
  return major >= since;
}
