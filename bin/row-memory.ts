/**
 * How Node is started for a process that carries rows: bytes come and go there by the gigabyte.
 *
 * A collector that waits for 32 MB of young objects holds the buffers they stand for meanwhile: with 4 MB an import of
 * 2,000,000 rows has 60 to 110 MB less at its peak, and no time is lost; with less than that some is. And buffers that
 * have grown old are asked about before 64 MB of them have come together (lib/bundle/streams/collected.ts): 30 MB less.
 *
 * `bin/tenantry` and `npm run worker` say the same of themselves. Node's documentation, Useful V8 options.
 */
export const ROW_MEMORY: readonly string[] = ["--max-semi-space-size=4", "--expose-gc"];
