/** What `npm run bench` can be told. */
import { parseArgs } from "node:util";
import { isOtherMajor, OTHER_MAJORS, type OtherMajor } from "../bin/checks/other-server.ts";

export const USAGE = `Usage: npm run bench -- [--rows 20000,200000,2000000] [--only export|import|bundle|delete|upgrade|catalog|console] [--postgres 15] [--repeat N] [--without-insert]
  --rows N,…    sizes of the tenant, in rows
  --only WHAT   measure the export only, the import only, what is done with a bundle (verify, diff, encrypt), a delete, an
                upgrade (of 200,000 rows unless told otherwise), the reading of a wide schema, or the console's pages
  --postgres N  another major version of the server, 14 to 17: this machine's pg_dump may read it
  --repeat N    rounds that count, at each size (otherwise 9 up to 20,000 rows, 5 up to 200,000, then 3)
  --without-insert  leave out the peer that takes minutes: batched INSERT`;

const PARTS = ["export", "import", "bundle", "delete", "upgrade", "catalog", "console"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly sizes: readonly number[];
  readonly only: Part | null;
  /** Of the tenant whose bundle is upgraded. */
  readonly upgrades: readonly number[];
  /** Null: the one that comes with the packages. */
  readonly postgres: OtherMajor | null;
  rounds(size: number): number;
  /** Whether batched INSERT is measured beside COPY. */
  readonly insert: boolean;
}

/** @throws Error with a sentence for what is wrong */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string" },
      only: { type: "string" },
      postgres: { type: "string" },
      repeat: { type: "string" },
      "without-insert": { type: "boolean", default: false },
    },
  });
  const sizes = (values.rows ?? "20000,200000,2000000").split(",").map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1_000))
    throw new Error("--rows takes whole numbers of at least 1000, with commas between.");
  const only = PARTS.find((part) => part === values.only) ?? null;
  if (values.only !== undefined && only === null)
    throw new Error("--only takes export, import, bundle, delete, upgrade, catalog or console.");
  const postgres = values.postgres ?? null;
  if (postgres !== null && !isOtherMajor(postgres))
    throw new Error(`--postgres takes ${OTHER_MAJORS.join(", ")}.`);
  const repeat = values.repeat === undefined ? null : Number(values.repeat);
  if (repeat !== null && !(Number.isInteger(repeat) && repeat >= 1))
    throw new Error("--repeat takes a whole number of at least 1.");
  return {
    sizes,
    upgrades: only === "upgrade" && values.rows !== undefined ? sizes : [UPGRADED],
    only,
    postgres,
    rounds: (size) => repeat ?? usualRounds(size),
    insert: !values["without-insert"],
  };
}

const UPGRADED = 200_000;

/** Short runs scatter more. */
function usualRounds(size: number): number {
  if (size <= 20_000) return 9;
  return size <= 200_000 ? 5 : 3;
}
