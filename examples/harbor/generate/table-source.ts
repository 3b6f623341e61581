/** One table's generator. Columns that are not named take their default: ids that nothing points at. */
import type { Row } from "./copy-text.ts";
import type { World } from "./world.ts";

export interface TableSource {
  readonly table: string;
  readonly columns: readonly string[];
  rows(world: World): Iterable<Row>;
}

/** For tables whose rows are numbered from 0. */
export function numbered(count: number, row: (row: number) => Row): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (let n = 0; n < count; n++) yield row(n);
    },
  };
}
