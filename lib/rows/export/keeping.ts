/** Keeps, part by part as they are written, from where a next attempt could go on. */
import type { BundleSink } from "../../bundle/stores/store.ts";
import type { BundleWriter } from "../../bundle/writer.ts";
import type { Job } from "./jobs.ts";
import type { Part } from "./parts.ts";
import type { Slicing } from "./slices.ts";
import {
  chained,
  type GoingOn,
  NO_PARTS,
  type OpenPart,
  type OpenTable,
  type Unfinished,
  type WholeTable,
} from "./unfinished.ts";

/** Where the parts go that readers read. */
export interface PartTaker {
  /** Calls one at a time, in the order of the bundle's members. */
  take(part: Part, of: SliceOfTable): Promise<void>;
  /** All parts of the slice have been taken. */
  ended(of: SliceOfTable): void;
  /** All that an earlier attempt had written has been taken: it is not needed any more. */
  tookOver(): Promise<void>;
}

export type SliceOfTable = Pick<Job, "slicing" | "slice"> & {
  readonly extent: Pick<Job["extent"], "section" | "ordinal">;
};

/** Only writes them. */
export function writingOnly(writer: Pick<BundleWriter, "addPart">): PartTaker {
  return {
    async take(part, { extent }) {
      await writer.addPart(extent.section, extent.ordinal, part.chunks, part.rows);
    },
    ended: () => undefined,
    tookOver: async () => undefined,
  };
}

interface Keeping {
  readonly facts: Pick<Unfinished, "fence" | "manifest">;
  readonly keep: GoingOn["keep"];
  /** What is being taken over; null where nothing is. Until it is, what was kept of it stays, for it came further. */
  readonly takesOver: { readonly sink: Pick<BundleSink, "alone"> } | null;
}

/** Writes them, and after each keeps how far it came. */
export function keepingParts(
  writer: Pick<BundleWriter, "addPart">,
  { facts, keep, takesOver }: Keeping,
): PartTaker {
  const notes = createPartNotes();
  let keeps = takesOver === null;
  return {
    async take(part, { extent, slicing, slice }) {
      const { section, ordinal } = extent;
      const { sha256, rows, bytes } = await writer.addPart(section, ordinal, part.chunks, part.rows);
      if (section === "reference") return;
      notes.add(ordinal, slicing, { slice, rows, sha256, places: copied(part.furthest) }, bytes);
      if (keeps) await keep({ ...facts, ...notes.now() });
    },
    ended({ extent, slice }) {
      if (extent.section === "data") notes.ended(extent.ordinal, slice);
    },
    async tookOver() {
      keeps = true;
      await keep({ ...facts, ...notes.now() });
      await takesOver?.sink.alone?.();
    },
  };
}

const copied = (places: Part["furthest"]): OpenPart["places"] =>
  places === null ? null : places.map(([table, block, item]) => [table, block, item]);

/**
 * Parts that are kept one by one: more than compressor and store hold back (a store's two pieces of 16 MiB, of what
 * compresses sixteenfold, are 64 parts of 8 MiB). All others are kept together, so that what is kept stays small.
 */
const RECENT_PARTS = 64;

interface Noted {
  readonly ordinal: number;
  readonly slicing: Slicing;
  readonly settled: { sha256: string; readonly order: number[]; readonly slices: Slices };
  readonly recent: OpenPart[];
  readonly ended: Set<number>;
  complete: boolean;
  rows: number;
  bytes: number;
}

/** What parts together hold of each slice. */
export type Slices = Map<number, { rows: number; places: OpenPart["places"] }>;

export function addToSlices(slices: Slices, { slice, rows, places }: OpenPart): void {
  const before = slices.get(slice) ?? { rows: 0, places: [] };
  slices.set(slice, { rows: before.rows + rows, places: furthest(before.places, places) });
}

/** The later ones count, where a table has both; none of either once they came out of order. */
function furthest(before: OpenPart["places"], after: OpenPart["places"]): OpenPart["places"] {
  if (before === null || after === null) return null;
  const tables = new Map([...before, ...after].map((place) => [place[0], place]));
  return [...tables.values()];
}

/** Notes what becomes of each table as its parts go by. */
export function createPartNotes(recentParts = RECENT_PARTS) {
  const whole: WholeTable[] = [];
  const open: Noted[] = [];
  let recent = 0;

  /** The oldest of the recent parts goes to those that are kept together, and its table to the whole ones with its last. */
  function settle(): void {
    const table = open[0]!;
    const part = table.recent.shift()!;
    recent--;
    table.settled.sha256 = chained(table.settled.sha256, part.sha256);
    table.settled.order.push(part.slice);
    addToSlices(table.settled.slices, part);
    if (!table.complete || table.recent.length > 0) return;
    const { ordinal, settled, rows, bytes } = table;
    whole.push({ ordinal, parts: settled.order.length, rows, bytes, sha256: settled.sha256 });
    open.shift();
  }

  function tableOf(ordinal: number, slicing: Slicing): Noted {
    const last = open.at(-1);
    if (last?.ordinal === ordinal) return last;
    if (last !== undefined) last.complete = true;
    const settled = { sha256: NO_PARTS, order: [], slices: new Map() };
    const counts = { complete: false, rows: 0, bytes: 0 };
    const table: Noted = { ordinal, slicing, settled, recent: [], ended: new Set(), ...counts };
    open.push(table);
    return table;
  }

  return {
    add(ordinal: number, slicing: Slicing, part: OpenPart, bytes: number): void {
      const table = tableOf(ordinal, slicing);
      table.rows += part.rows;
      table.bytes += bytes;
      table.recent.push(part);
      recent++;
      while (recent > recentParts) settle();
    },
    /** A slice that ends before its table has a part is not noted: it is read again, and gives nothing again. */
    ended(ordinal: number, slice: number): void {
      open.find((table) => table.ordinal === ordinal)?.ended.add(slice);
    },
    now: (): Pick<Unfinished, "tables" | "open"> => ({ tables: [...whole], open: open.map(openTable) }),
  };
}

function openTable({ ordinal, complete, slicing, settled, recent, ended }: Noted): OpenTable {
  const order = [...settled.order, ...recent.map(({ slice }) => slice)];
  return {
    ordinal,
    complete,
    slicing,
    settled: {
      sha256: settled.sha256,
      order: [...settled.order],
      slices: [...settled.slices].map(([slice, held]) => ({ slice, ...held })),
    },
    recent: [...recent],
    ended: [...ended].map((slice) => ({ slice, parts: order.filter((each) => each === slice).length })),
  };
}
