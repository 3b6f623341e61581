/** From a shape to migrations, and what platform file and oracle say of the schema after each of them. Pure. */
import type { OraclePointer, OracleSpec, OracleTable } from "../oracle-spec.ts";
import type { ColumnType, HistoryShape, Step } from "./shape.ts";

interface Column {
  name: string;
  type: ColumnType | "bigint";
  /** Another step has said something of it that it must go on to be. */
  bound: boolean;
}

interface Table {
  name: string;
  readonly key: "uuid" | "bigint";
  owner: Table | null;
  readonly columns: Column[];
  readonly self: boolean;
  readonly toPerson: boolean;
  /** Columns that the platform file calls personal, by the names they have. */
  readonly personal: Set<Column>;
}

export interface Version {
  readonly version: string;
  readonly sql: string;
  /** As they are once it has run. */
  readonly platform: string;
  readonly spec: OracleSpec;
}

/** The first one makes the base; rows are written behind it. */
export function historyOf(shape: HistoryShape): readonly Version[] {
  const base = baseTables(shape);
  const names = counter();
  const versions = [versionOf(1, baseSql(base), base)];
  for (const [at, step] of shape.steps.entries()) {
    const sql = applyStep(step, base, names, at);
    versions.push(versionOf(at + 2, sql, base));
  }
  return versions;
}

/** Rows of two tenants, behind the first migration. */
export function rowsOf(shape: HistoryShape): string {
  const tables = baseTables(shape);
  const keys = (table: Table) => (n: number) =>
    table.key === "uuid" ? `md5('${table.name}' || ${n})::uuid` : `${n}`;
  const lines = [
    "INSERT INTO people (email, title) SELECT 'p' || n || '@example.org', 'title ' || n FROM generate_series(1, 5) n;",
  ];
  for (const table of tables) {
    const count = table.owner === null ? 2 : 6 + ((shape.seed + table.columns.length) % 5);
    const rows = Array.from({ length: count }, (_, at) => {
      const n = at + 1;
      const ownerCount = table.owner === null ? 0 : table.owner.owner === null ? 2 : 6;
      return [
        keys(table)(n),
        ...(table.owner === null ? [`'t${n}'`] : [keys(table.owner)((at % ownerCount) + 1)]),
        ...(table.self ? [n > 2 ? keys(table)(n - 2) : "NULL"] : []),
        ...(table.toPerson
          ? [n % 3 === 0 ? "NULL" : `(SELECT id FROM people WHERE email = 'p${(n % 5) + 1}@example.org')`]
          : []),
        ...table.columns.map(({ type }, column) => cellOf(type as ColumnType, n * 7 + column + shape.seed)),
      ];
    });
    lines.push(
      `INSERT INTO ${table.name} (${columnNames(table).join(", ")}) OVERRIDING SYSTEM VALUE VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")};`,
    );
    if (table.key === "bigint")
      lines.push(`SELECT setval(pg_get_serial_sequence('public.${table.name}', 'id'), ${count});`);
  }
  return lines.join("\n");
}

function cellOf(type: ColumnType, n: number): string {
  if (n % 6 === 0) return "NULL";
  const text = n % 4 === 0 ? `O''Hara ${n}, Zoë\t"x"` : `word ${n}`;
  if (type === "integer") return String((n % 200) - 100);
  if (type === "numeric") return `${n % 50}.${n % 10}0`;
  if (type === "timestamptz") return `'2024-01-${String((n % 27) + 1).padStart(2, "0")} 10:11:12.345+02'`;
  return type === "boolean" ? String(n % 2 === 0) : `'${text}'`;
}

function counter(): () => string {
  let count = 0;
  return () => `n${++count}`;
}

function baseTables(shape: HistoryShape): Table[] {
  const root: Table = {
    name: "orgs",
    key: shape.rootKey === "uuid" ? "uuid" : "bigint",
    owner: null,
    columns: [],
    self: false,
    toPerson: false,
    personal: new Set(),
  };
  const tables = [root];
  for (const [at, { owner, key, columns, self, toPerson }] of shape.tables.entries())
    tables.push({
      name: `things_${at + 1}`,
      key: key === "uuid" ? "uuid" : "bigint",
      owner: tables[owner % tables.length]!,
      columns: columns.map((type, n) => ({ name: `c${n + 1}`, type, bound: false })),
      self,
      toPerson,
      personal: new Set(),
    });
  return tables;
}

function columnNames(table: Table): string[] {
  return [
    "id",
    ...(table.owner === null ? ["slug"] : ["owner_id"]),
    ...(table.self ? ["before_id"] : []),
    ...(table.toPerson ? ["person_id"] : []),
    ...table.columns.map(({ name }) => name),
  ];
}

function baseSql(tables: readonly Table[]): string {
  const identity = (key: Table["key"]) =>
    key === "uuid"
      ? "uuid PRIMARY KEY DEFAULT gen_random_uuid()"
      : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  const made = tables.map((table) => {
    const columns = [
      `id ${identity(table.key)}`,
      ...(table.owner === null
        ? ["slug text NOT NULL UNIQUE"]
        : [`owner_id ${table.owner.key} NOT NULL REFERENCES ${table.owner.name} (id)`]),
      ...(table.self ? [`before_id ${table.key} REFERENCES ${table.name} (id)`] : []),
      ...(table.toPerson ? ["person_id bigint REFERENCES people (id)"] : []),
      ...table.columns.map(({ name, type }) => `${name} ${type}`),
    ];
    return `CREATE TABLE ${table.name} (${columns.join(", ")});`;
  });
  return [
    "CREATE TABLE people (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, title text);",
    "INSERT INTO people (email, title) VALUES ('seed@example.org', 'as it was seeded');",
    ...made,
  ].join("\n");
}

/** One that has nothing to do where it would be done says something harmless instead. */
function applyStep(step: Step, tables: Table[], names: () => string, at: number): string {
  const owned = tables.filter(({ owner }) => owner !== null);
  const table = owned[step.table % owned.length]!;
  const free = table.columns.filter(({ bound }) => !bound);
  const column = free[step.column % Math.max(1, free.length)];
  const name = names();
  const add = (type: Column["type"]) => {
    const added = { name, type, bound: false };
    table.columns.push(added);
    return added;
  };
  const nothing = `COMMENT ON TABLE ${table.name} IS 'step ${at}';`;
  const of = (kind: (column: Column) => boolean) => free.find(kind);
  switch (step.kind) {
    case "add":
      add("text");
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} text NOT NULL DEFAULT 'fresh ''n'' new';`;
    case "drop":
      if (column === undefined) return nothing;
      table.columns.splice(table.columns.indexOf(column), 1);
      table.personal.delete(column);
      return `ALTER TABLE ${table.name} DROP COLUMN ${column.name};`;
    case "rename column": {
      if (column === undefined) return nothing;
      const old = column.name;
      column.name = name;
      return `ALTER TABLE ${table.name} RENAME COLUMN ${old} TO ${name};`;
    }
    case "rename table": {
      const old = table.name;
      table.name = `table_${name}`;
      return `ALTER TABLE ${old} RENAME TO ${table.name};`;
    }
    case "split": {
      const text = of(({ type }) => type === "text");
      if (text === undefined) return nothing;
      table.columns.splice(
        table.columns.indexOf(text),
        1,
        { name: `${name}_a`, type: "text", bound: false },
        { name: `${name}_b`, type: "text", bound: false },
      );
      table.personal.delete(text);
      return `ALTER TABLE ${table.name} ADD COLUMN ${name}_a text, ADD COLUMN ${name}_b text;
UPDATE ${table.name} SET ${name}_a = split_part(${text.name}, ' ', 1), ${name}_b = nullif(substr(${text.name}, strpos(${text.name}, ' ') + 1), '');
ALTER TABLE ${table.name} DROP COLUMN ${text.name};`;
    }
    case "merge": {
      const [first, second] = free;
      if (first === undefined || second === undefined) return nothing;
      for (const gone of [first, second]) {
        table.columns.splice(table.columns.indexOf(gone), 1);
        table.personal.delete(gone);
      }
      add("text");
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} text;
UPDATE ${table.name} SET ${name} = concat_ws(' / ', ${first.name}, ${second.name});
ALTER TABLE ${table.name} DROP COLUMN ${first.name}, DROP COLUMN ${second.name};`;
    }
    case "backfill": {
      const source = column?.name ?? "owner_id";
      add("text");
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} text;
UPDATE ${table.name} SET ${name} = 'from ' || coalesce(${column === undefined ? "''" : `${source}::text`}, 'nothing');
ALTER TABLE ${table.name} ALTER COLUMN ${name} SET NOT NULL;`;
    }
    case "backfill from people":
      if (!table.toPerson) return nothing;
      add("text");
      return `ALTER TABLE ${table.name} ADD COLUMN ${name} text;
UPDATE ${table.name} t SET ${name} = p.title || ' of ' || p.email FROM people p WHERE p.id = t.person_id;`;
    case "retype": {
      const number = of(({ type }) => type === "integer");
      if (number !== undefined) {
        number.type = "bigint";
        return `ALTER TABLE ${table.name} ALTER COLUMN ${number.name} TYPE bigint;`;
      }
      if (column === undefined) return nothing;
      column.type = "text";
      return `ALTER TABLE ${table.name} ALTER COLUMN ${column.name} TYPE text USING upper(${column.name}::text);`;
    }
    case "table from column": {
      if (column === undefined) return nothing;
      table.columns.splice(table.columns.indexOf(column), 1);
      table.personal.delete(column);
      const fresh: Table = {
        name: `table_${name}`,
        key: step.column % 2 === 0 ? "uuid" : "bigint",
        owner: table,
        columns: [{ name: column.name, type: column.type, bound: false }],
        self: false,
        toPerson: false,
        personal: new Set(),
      };
      tables.push(fresh);
      const id =
        fresh.key === "uuid"
          ? "uuid PRIMARY KEY DEFAULT gen_random_uuid()"
          : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
      return `CREATE TABLE ${fresh.name} (id ${id}, owner_id ${table.key} NOT NULL REFERENCES ${table.name} (id), ${column.name} ${column.type});
INSERT INTO ${fresh.name} (owner_id, ${column.name}) SELECT id, ${column.name} FROM ${table.name} WHERE ${column.name} IS NOT NULL;
ALTER TABLE ${table.name} DROP COLUMN ${column.name};`;
    }
    case "move to owner": {
      const owner = table.owner!;
      if (owner.owner === null) return nothing;
      owner.columns.push({ name, type: "bigint", bound: false });
      return `ALTER TABLE ${owner.name} ADD COLUMN ${name} bigint NOT NULL DEFAULT 0;
UPDATE ${owner.name} o SET ${name} = (SELECT count(*) FROM ${table.name} t WHERE t.owner_id = o.id);`;
    }
    case "not null":
      if (column === undefined) return nothing;
      column.bound = true;
      return `DELETE FROM ${table.name} t WHERE false;
UPDATE ${table.name} SET ${column.name} = ${zeroOf(column.type)} WHERE ${column.name} IS NULL;
ALTER TABLE ${table.name} ALTER COLUMN ${column.name} SET NOT NULL;`;
    case "check":
      if (column === undefined) return nothing;
      column.bound = true;
      return `ALTER TABLE ${table.name} ADD CONSTRAINT check_${name} CHECK (${column.name}::text <> 'never') NOT VALID;
ALTER TABLE ${table.name} VALIDATE CONSTRAINT check_${name};`;
    case "unique":
      if (column === undefined) return nothing;
      column.bound = true;
      return `CREATE UNIQUE INDEX unique_${name} ON ${table.name} (owner_id, id, ${column.name});`;
    case "seed":
      return `INSERT INTO people (email, title) VALUES ('seed-${at}@example.org', 'by step ${at}');`;
    case "personal": {
      const text = column;
      if (text === undefined) return nothing;
      table.personal.add(text);
      return nothing;
    }
  }
}

function zeroOf(type: Column["type"]): string {
  if (type === "text") return "'none'";
  if (type === "timestamptz") return "'2020-01-01 00:00:00+00'";
  return type === "boolean" ? "false" : "0";
}

function versionOf(number: number, sql: string, tables: readonly Table[]): Version {
  return {
    version: String(number),
    sql: `-- version ${number}\n${sql}\n`,
    platform: platformOf(tables),
    spec: {
      tables: tables.map(oracleTable),
      common: [{ name: "public.people", rows: "true", match: ["email"], ids: ["id"] }],
    },
  };
}

function platformOf(tables: readonly Table[]): string {
  const personal = tables.flatMap((table) =>
    [...table.personal].map(({ name }) => `  public.${table.name}.${name}: personal`),
  );
  return [
    "platform: history",
    "tenant: { table: public.orgs, key: id, slug: slug }",
    "common:\n  public.people: { match: [email], create: [email, title] }",
    ...(personal.length === 0 ? [] : [`columns:\n${personal.join("\n")}`]),
    "ledger: sqlx",
    "migrations: .",
    "",
  ].join("\n");
}

function oracleTable(table: Table): OracleTable {
  const to = (column: string, name: string): OraclePointer => ({
    columns: [column],
    to: [{ table: `public.${name}`, columns: ["id"] }],
  });
  return {
    name: `public.${table.name}`,
    owned: ownedSql(table, "t"),
    ids: ["id"],
    points: [
      ...(table.owner === null ? [] : [to("owner_id", table.owner.name)]),
      ...(table.self ? [to("before_id", table.name)] : []),
      ...(table.toPerson ? [to("person_id", "people")] : []),
    ],
  };
}

function ownedSql({ owner }: Table, alias: string): string {
  if (owner === null) return `${alias}.id::text = $1`;
  const next = `${alias}1`;
  return `${alias}.owner_id IN (SELECT ${next}.id FROM public.${owner.name} ${next} WHERE ${ownedSql(owner, next)})`;
}
