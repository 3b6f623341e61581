/** Deriving models in tests: common small tables, and short ways to look at what came out. */
import type { Catalog } from "../../catalog/catalog.ts";
import { blocks } from "../../findings/finding.ts";
import { deriveModel } from "../derive-model.ts";
import type { OwnershipPath } from "../model.ts";
import { platformOf, type TableBuilder, table } from "./catalog-builder.ts";

/** A table with a uuid and a foreign key to the root. */
export function owned(name: string): TableBuilder {
  return table(name).column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");
}

/** A table with a uuid and a foreign key to each parent: `child("notes", "tasks", "users?")`, `?` for nullable. */
export function child(name: string, ...parents: string[]): TableBuilder {
  const start = table(name).column("id", "uuid").primary("id");
  return parents.reduce((builder, parent) => {
    const target = parent.replace("?", "");
    return builder.to(`${target.slice(0, -1)}_id`, parent.endsWith("?") ? "uuid?" : "uuid", `${target}.id`);
  }, start);
}

/** `project_id→public.projects organization_id`: a path in one line. */
export function line(path: OwnershipPath | null | undefined): string | null {
  if (path == null) return null;
  return [...path.hops.map((hop) => `${hop.columns.join("+")}→${hop.table}`), path.column].join(" ");
}

/** Derives a model whose root is `organizations`, with more YAML in its platform file. */
export function derive(catalog: Catalog, yaml = "") {
  const model = deriveModel(catalog, platformOf(yaml));
  return {
    model,
    findings: model.findings,
    blocking: model.findings
      .filter((finding) => blocks([finding]))
      .map(({ code, where }) => `${code} ${where}`),
    codes: model.findings.map(({ code, where }) => `${code} ${where}`),
    /** What became of a table of schema public. */
    of(name: string) {
      const entry = model.tables.get(`public.${name}`)!;
      return { class: entry.class, path: line(entry.path), others: entry.otherPaths.map(line), entry };
    },
  };
}
