/**
 * The package's first page for people: whose data this is and as of when, each table with its rows, each column with its
 * type and what the catalog says of it. One file without scripts, opened from a folder. Pure.
 */
import type { Manifest } from "../../bundle/manifest.ts";
import type { PackagedTable } from "./contents.ts";

export type PackageFormat = "csv" | "jsonl";

export interface PackagePage {
  readonly manifest: Manifest;
  readonly format: PackageFormat;
  readonly tables: readonly (PackagedTable & { readonly rows: number })[];
  /** Of the bundle that the package was made from. */
  readonly sha256: string;
}

/** A complete HTML document in UTF-8. */
export function indexPage({ manifest, format, tables, sha256 }: PackagePage): string {
  const { tenant, platform, source } = manifest;
  const title = `Data of ${tenant.name ?? tenant.slug ?? tenant.key}`;
  const own = tables.filter(({ section }) => section === "data");
  const shared = tables.filter(({ section }) => section === "reference");
  const rows = own.reduce((sum, table) => sum + table.rows, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${markup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${markup(title)}</h1>
<p>What ${markup(platform)} keeps for you, as it was on <time datetime="${markup(source.takenAt)}">${markup(inWords(source.takenAt))}</time>: ${count(rows, "row", "rows")} in ${count(own.length, "table", "tables")}.</p>
<p>${FORMATS[format]}</p>
<p>Passwords and other secrets, and what only the service itself needs, are not in it.</p>
${listOf("Your tables", own, format)}
${shared.length === 0 ? "" : `<p>Your rows also point at entries that others may share. Of these only what they are found by is here.</p>\n${listOf("Shared entries", shared, format)}`}
<h2>What the columns mean</h2>
${tables.map((table) => dictionaryOf(table, tables, format)).join("\n")}
<p class="soft">Made from the sealed export with the SHA-256 <code>${markup(sha256)}</code>.</p>
</main>
</body>
</html>
`;
}

const FORMATS: Readonly<Record<PackageFormat, string>> = {
  csv: "Each file opens in a spreadsheet: CSV in UTF-8, with the columns' names in the first line. An empty place is a value that is not there, <code>&quot;&quot;</code> an empty text. Times are in UTC. A text that a spreadsheet would take for a formula has an apostrophe in front.",
  jsonl:
    "Each file holds one row a line, as a JSON object with the columns' names, in UTF-8. <code>null</code> is a value that is not there. Large numbers, times (in UTC) and everything else that JSON has no form for stand in strings.",
};

function listOf(title: string, tables: PackagePage["tables"], format: PackageFormat): string {
  const lines = tables.map(
    (table) =>
      `<tr><td><a href="${hrefOf(table, format)}">${markup(table.fileName)}.${format}</a></td><td class="number">${table.rows.toLocaleString("en")}</td><td>${markup(table.comment ?? "")}</td><td><a href="#${anchorOf(table)}">columns</a></td></tr>`,
  );
  return `<h2>${title}</h2>
<table>
<thead><tr><th scope="col">File</th><th scope="col" class="number">Rows</th><th scope="col">What it is</th><th scope="col">Columns</th></tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table>`;
}

function dictionaryOf(table: PackagedTable, tables: readonly PackagedTable[], format: PackageFormat): string {
  const known = new Map(tables.map((each) => [each.id, each]));
  const lines = table.columns
    .filter((_, at) => table.omitted[at] !== true)
    .map(({ name, type, class: kind, comment }) => {
      const target = known.get(table.leadsTo.get(name) ?? "");
      const notes = [
        comment,
        target && `Points at a row of ${pathOf(target, format)}.`,
        kind === "personal" ? "About a person." : null,
      ].filter((note) => note != null && note !== "");
      return `<tr><th scope="row"><code>${markup(name)}</code></th><td>${markup(type)}</td><td>${notes.map((note) => markup(note!)).join(" ")}</td></tr>`;
    });
  return `<h3 id="${anchorOf(table)}">${markup(pathOf(table, format))}</h3>
${table.comment === null ? "" : `<p>${markup(table.comment)}</p>\n`}<table>
<thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table>`;
}

/** Where a table's rows are, from the package's root. */
export function pathOf({ section, fileName }: PackagedTable, format: PackageFormat): string {
  return `${section === "data" ? "data" : "shared"}/${fileName}.${format}`;
}

const hrefOf = (table: PackagedTable, format: PackageFormat) => markup(pathOf(table, format));

const anchorOf = ({ section, ordinal }: PackagedTable) => `${section}-${ordinal}`;

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** `2026-11-30 at 04:12 UTC` */
function inWords(time: string): string {
  const [day, clock = ""] = new Date(time).toISOString().split("T");
  return `${day} at ${clock.slice(0, 5)} UTC`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** System fonts, light and dark; both pairs of colours pass WCAG AA. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #595959; --line: #d4d4d4; --paper: #fff; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --soft: #a8a8a8; --line: #444; --paper: #161616; --link: #8ab8f0; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--soft); } .number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: var(--link); } code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; } .soft { color: var(--soft); margin-top: 2rem; }
`;
