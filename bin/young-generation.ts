/**
 * How much V8 keeps for objects that have just been made, in a process that carries rows: bytes come and go there by
 * the gigabyte, and a collector that waits for 32 MB of young objects holds the buffers they stand for meanwhile.
 * Measured over imports of 2,000,000 rows: 60 to 110 MB less at the peak, and no time lost; below 4 MB time is lost.
 *
 * `bin/tenantry` and `npm run worker` say the same of themselves. Node's documentation, Useful V8 options.
 */
export const SMALL_YOUNG_GENERATION = "--max-semi-space-size=4";
