/** What each column is, as far as an export cares: plain, personal, hashed or secret. */
import type { Column, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import type { Classification, Classified } from "./classify.ts";
import { isJson, isText, isUuid } from "./column-types.ts";
import type { ColumnClass, OnImport } from "./model.ts";
import type { ColumnAnswer } from "./platform-file-entries.ts";
import { isOwned } from "./references.ts";

export interface ClassOfColumn {
  readonly class: ColumnClass;
  readonly onImport: OnImport;
  readonly secretPaths: readonly string[];
}

/** What the file says, `plain` where it is silent. */
export function classOfColumn(answers: Answers, table: Table, column: Column): ClassOfColumn {
  const answer = answers.columns.get(table.id)?.get(column.name);
  return {
    class: answer?.class ?? "plain",
    onImport: answer?.onImport ?? "list",
    secretPaths: answer?.secretPaths ?? [],
  };
}

const STRICTNESS: readonly ColumnClass[] = ["plain", "personal", "hashed", "secret"];

/** Of two opinions the one that shows less. */
export function stricterClass(a: ColumnClass, b: ColumnClass): ColumnClass {
  return STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b;
}

const SECRET_NAME = /token|secret|passw(?:or)?d|passphrase|private_?key|credential|api_?key/i;

const ENCRYPTED_NAME = /encrypted|ciphertext|_enc$/i;

/** A name that asks. It misses secrets under plain names and cries wolf on others: the answer is a person's. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Findings about the columns of every table that leaves with a bundle: names that look like a secret without an
 * answer, and secrets whose absence an import could not bear.
 */
export function columnClassFindings(classification: Classification, answers: Answers): Finding[] {
  return [...classification.tables.values()]
    .filter((entry) => entry.common !== null || isOwned(entry))
    .flatMap((entry) =>
      entry.table.columns.flatMap((column) => {
        const answer = answers.columns.get(entry.table.id)?.get(column.name);
        if (answer === undefined) return unanswered(entry.table, column);
        return [...answered(entry, column, answer), ...encryptedElsewhere(entry.table, column, answer)];
      }),
    );
}

/** Only types that can hold a secret are asked about: `token_count` and `password_changed_at` are none. */
function unanswered(table: Table, column: Column): Finding[] {
  const type = column.elementType ?? column.baseType;
  const mayHoldSecret = isText(type) || isUuid(type) || isJson(type) || type === "pg_catalog.bytea";
  const isReference = table.foreignKeys.some(({ columns }) => columns.includes(column.name));
  if (ENCRYPTED_NAME.test(column.name) && !isSecretName(column.name) && mayHoldSecret) {
    const where = qualifiedColumn(table.id, column.name);
    return [
      {
        code: "looks-encrypted",
        severity: "notes",
        where,
        what: `${where} is called like a value that the application encrypts: without its key nobody can read it.`,
        todo: `Add \`${where}: { encrypted: true }\` under \`columns\`, so that an import says so; or \`plain\`.`,
      },
    ];
  }
  if (!isSecretName(column.name) || !mayHoldSecret || isReference || column.generated !== null) return [];
  const where = qualifiedColumn(table.id, column.name);
  return [
    {
      code: "unclassified-secret",
      severity: "blocks",
      where,
      what: `${where} is called like a secret, and nobody has said whether it is one.`,
      todo: `Add \`${where}: secret\`, \`hashed\` or \`plain\` under \`columns\`.`,
    },
  ];
}

function answered({ table, class: tableClass }: Classified, column: Column, answer: ColumnAnswer): Finding[] {
  const where = qualifiedColumn(table.id, column.name);
  const blocking = (code: string, what: string, todo: string): Finding[] => [
    { code, severity: "blocks", where, what, todo },
  ];
  if (answer.secretPaths.length > 0 && !isJson(column.baseType)) {
    return blocking(
      "secret-path-without-json",
      `${where} has secret paths in the platform file, and it is no json column.`,
      `Write \`${where}: secret\`, or name the json column.`,
    );
  }
  if (answer.class !== "secret" || column.generated !== null) return [];
  if (identifiesRows(table, column)) {
    return blocking(
      "secret-in-key",
      `${where} is a secret and a part of the primary key or of a foreign key: without it a row cannot be imported.`,
      `Write \`${where}: hashed\` or \`plain\`, or exclude ${table.id}.`,
    );
  }
  if (column.nullable || tableClass === "global") return [];
  if (answer.onImport === null || answer.onImport === "list") {
    return blocking(
      "secret-needs-on-import",
      `${where} is a secret that is dropped, and the column is NOT NULL: an import must put something in its place.`,
      `Write \`${where}: { class: secret, on_import: regenerate }\`, or \`on_import: blank\`.`,
    );
  }
  const unique = table.keys.some(({ columns }) => columns.length === 1 && columns[0] === column.name);
  if (answer.onImport !== "blank" || !unique) return [];
  return blocking(
    "blank-secret-not-unique",
    `${where} is unique and NOT NULL: blank would collide at the second row.`,
    `Write \`${where}: { class: secret, on_import: regenerate }\`.`,
  );
}

/** What an import must say: only the application that wrote such a value can read it. */
function encryptedElsewhere(table: Table, column: Column, { encrypted }: ColumnAnswer): Finding[] {
  if (encrypted === undefined) return [];
  const where = qualifiedColumn(table.id, column.name);
  const places = encrypted === true ? [where] : encrypted.map((path) => `${where} ${path}`);
  return places.map((place) => ({
    code: "value-encrypted-elsewhere",
    severity: "notes",
    where: place,
    what: "Its values are encrypted with a key outside of the database: they travel as they are, and can be read only where the application has the same key.",
    todo: "After an import into an installation with another key, set them again in the application.",
  }));
}

function identifiesRows(table: Table, column: Column): boolean {
  const primary = table.keys.find(({ kind }) => kind === "primary");
  return (
    primary?.columns.includes(column.name) === true ||
    table.foreignKeys.some(({ columns }) => columns.includes(column.name))
  );
}
