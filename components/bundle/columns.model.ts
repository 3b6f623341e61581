/** What is said of a table's columns: how many of each class, and what was left out of the file. */
import type { BundleTable } from "../../lib/queries/bundle-contents.ts";
import { formatNoun } from "../ui/quantities.ts";

export interface NamedColumns {
  readonly title: string;
  readonly names: readonly string[];
}

type Columns = Pick<BundleTable, "columns" | "dropped">;

/** Columns by what they are; a group without any is left out, so that an empty answer says: all plain. */
export function specialColumns({ columns, dropped }: Columns): NamedColumns[] {
  const ofClass = (kind: string) => columns.filter((column) => column.class === kind).map(({ name }) => name);
  const left = (reason: string) =>
    dropped.filter((column) => column.reason === reason).map(({ name }) => name);
  const groups: NamedColumns[] = [
    { title: "personal", names: ofClass("personal") },
    { title: "hashed", names: ofClass("hashed") },
    { title: "secret, in the file", names: ofClass("secret") },
    { title: "secrets left out", names: left("secret") },
    {
      title: "parts left out",
      names: columns.flatMap(({ name, droppedPaths }) => droppedPaths.map((path) => `${name} ${path}`)),
    },
    { title: "computed, left out", names: left("computed") },
  ];
  return groups.filter(({ names }) => names.length > 0);
}

/** "12 columns, 2 personal, 1 secret left out" */
export function columnSummary(table: Columns): string {
  const personal = table.columns.filter((column) => column.class === "personal").length;
  const secrets = table.dropped.filter(({ reason }) => reason === "secret").length;
  return [
    formatNoun(table.columns.length, "column", "columns"),
    personal > 0 && `${personal} personal`,
    secrets > 0 && `${formatNoun(secrets, "secret", "secrets")} left out`,
  ]
    .filter(Boolean)
    .join(", ");
}
