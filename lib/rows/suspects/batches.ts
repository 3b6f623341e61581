/** Work for a database, as much at once as is worth a round trip of its own. */

/** Tables that are asked in one message: a round trip costs more than most of what it fetches. */
export const TABLES_AT_ONCE = 8;

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
