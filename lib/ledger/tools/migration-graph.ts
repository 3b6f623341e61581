/** Files that say what they come after, in an order that keeps to it. Pure. */
import type { MigrationFile } from "../ledger.ts";

/**
 * Each after those that it names; else by version. A name that no file has, and a circle, hold nothing up.
 */
export function inGraph(
  files: readonly MigrationFile[],
  after: (file: MigrationFile) => readonly string[],
): MigrationFile[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const placed = new Set<MigrationFile>();
  const place = (file: MigrationFile, on: ReadonlySet<MigrationFile>) => {
    if (placed.has(file) || on.has(file)) return;
    const path = new Set([...on, file]);
    for (const version of after(file)) {
      const earlier = byVersion.get(version);
      if (earlier !== undefined) place(earlier, path);
    }
    placed.add(file);
  };
  for (const file of files.toSorted((a, b) => (a.version < b.version ? -1 : 1))) place(file, new Set());
  return [...placed];
}
