/**
 * The export's peer: `psql` pipes of COPY of row_to_json into `zstd -1` and a hash, as somebody who knows Postgres
 * would write them by hand. Same rows (the same WHERE), same columns, raw JSON lines; no manifest, no digest of
 * rows, no snapshot in common, nothing checked.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quoteColumns } from "../../lib/postgres/identifiers.ts";
import { type Extent, fromExtent } from "../../lib/rows/export/jobs.ts";
import { runShell, shellWord } from "../tools.ts";

/** One list of tables for each connection, of about equal bytes. */
export type Shares = readonly (readonly Extent[])[];

/**
 * Deals the tables out, the largest first, each to who has least so far. With the true bytes of an earlier
 * export in hand the halves are as even as whole tables can be.
 */
export function dealTables(
  extents: readonly Extent[],
  bytes: readonly number[],
  connections: number,
): Shares {
  const shares = Array.from({ length: connections }, () => ({ bytes: 0, extents: [] as Extent[] }));
  const largestFirst = extents
    .map((extent, at) => ({ extent, bytes: bytes[at]! }))
    .sort((a, b) => b.bytes - a.bytes);
  for (const each of largestFirst) {
    const least = shares.reduce((best, share) => (share.bytes < best.bytes ? share : best));
    least.bytes += each.bytes;
    least.extents.push(each.extent);
  }
  return shares.map((share) => share.extents);
}

function copyStatement(extent: Extent): string {
  const columns = quoteColumns(extent.carried, "t");
  const rows = `SELECT row_to_json(r) FROM (SELECT ${columns} FROM ${fromExtent(extent)} WHERE ${extent.condition}) r`;
  return `COPY (${rows}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');\n`;
}

/** Writes the scripts; the function that comes back runs them all at once. */
export async function copyPipes(url: string, folder: string, shares: Shares): Promise<() => Promise<void>> {
  const pipes = await Promise.all(
    shares.map(async (extents, at) => {
      const script = join(folder, `pipe-${shares.length}-${at}.sql`);
      await writeFile(
        script,
        `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n${extents.map(copyStatement).join("")}COMMIT;\n`,
      );
      const output = shellWord(join(folder, `pipe-${at}.jsonl.zst`));
      return `psql -Xq -v ON_ERROR_STOP=1 -f ${shellWord(script)} | zstd -1 -q | tee ${output} | sha256sum > ${output}.sha256`;
    }),
  );
  return async () => {
    await Promise.all(pipes.map((pipe) => runShell(pipe, url)));
  };
}
