/**
 * The first of an import's two passes over a bundle: gathers what the plan needs to know of its rows, which is little:
 * integer ids to draw fresh ones for, values that must be unique everywhere, common rows. One of the two proves the
 * bundle: this one for a plan that is shown to people, and where nothing may be loaded that is not proved; else the
 * second, as it loads.
 */
import type { KeyObject } from "node:crypto";
import type { Manifest, ManifestTable, Seal } from "../../bundle/manifest.ts";
import { type BundlePart, openBundle } from "../../bundle/reader.ts";
import type { SignatureState } from "../../bundle/seal/envelope.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { createTranscoder } from "../codec/transcode.ts";
import type { RowView } from "../field-transform.ts";
import { parseInteger } from "../remap/id-maps.ts";
import { createIdGatherer } from "../remap/integer-map.ts";
import { isDrawn } from "../remap/remap.ts";
import type { RemapPlan } from "../remap/remap-plan.ts";
import type { RunContext } from "../run-context.ts";
import type { CommonRow } from "./common-rows.ts";
import { readCommonPart } from "./read-common-rows.ts";

export interface ScanRequest<Key extends Gathering = Gathering> {
  readonly source: BundleSource;
  readonly trust: readonly KeyObject[];
  readonly plan: RemapPlan;
  /** `none` where the pass that loads proves the bundle. */
  readonly proof: "digests" | "none";
  readonly keys: readonly Key[];
  /** Rows a table that are looked at for their keys; the load judges the others. */
  readonly keyRows: number;
  /** Takes gathered values in batches: one text or NULL a column, and how many rows each stands for. */
  readonly onKeys: (
    key: Key,
    values: readonly (readonly (string | null)[])[],
    rows: readonly number[],
  ) => Promise<void>;
}

/** Columns whose values the plan wants of each row, to ask the target about them. */
export interface Gathering {
  readonly table: string;
  readonly needs: readonly string[];
  /** Rows with a NULL among the values are wanted too. */
  readonly withNulls: boolean;
  /** Every row is wanted, however many are enough for keys. */
  readonly everyRow: boolean;
  /** Rows of one group are as good as one: the first one stands for them, with their number. */
  readonly group?: (values: readonly (string | null)[]) => string;
}

export interface Scan {
  readonly manifest: Manifest;
  readonly seal: Seal;
  readonly sha256: string;
  readonly signature: SignatureState;
  /** Sorted integer ids by id source, for those that are drawn from a sequence. */
  readonly integers: ReadonlyMap<string, Float64Array>;
  /** Rows of the reference section, by the table's place in the manifest. */
  readonly common: readonly (readonly CommonRow[])[];
}

const KEY_BATCH = 2_000;
/** Groups are few, and told at the end of their table; where each row is one of its own they are told before. */
const GROUP_BATCH = 50_000;

/** @throws Refusal when the bundle is not whole, or a row is not as the manifest says */
export async function scanBundle<Key extends Gathering>(
  request: ScanRequest<Key>,
  context: RunContext,
): Promise<Scan> {
  const { source, trust, proof } = request;
  const bundle = await openBundle(source, { trust, proof, releaseChunks: true });
  try {
    const { manifest } = bundle;
    const common: CommonRow[][] = manifest.reference.map(() => []);
    const integers = new Map<string, ReturnType<typeof createIdGatherer>>();
    let at = 0;
    let table: TableScan | null = null;
    let bytes = 0;
    for await (const part of bundle.parts()) {
      context.signal.throwIfAborted();
      if (part.section === "reference") {
        common[part.ordinal - 1]!.push(
          ...(await readCommonPart(part, manifest.reference[part.ordinal - 1]!)),
        );
      } else {
        if (at !== part.ordinal) {
          await table?.finish();
          table = createTableScan(manifest.tables[part.ordinal - 1]!, request, integers);
          at = part.ordinal;
        }
        await table?.read(part);
      }
      bytes += part.bytes;
      context.progress({ phase: "verifying", table: part.name, rows: 0, bytes, totalRows: null });
    }
    await table?.finish();
    const seal = await bundle.seal();
    const sorted = new Map([...integers].map(([name, gatherer]) => [name, gatherer.finish()]));
    return { manifest, seal, ...bundle.proof(), integers: sorted, common };
  } finally {
    await bundle.close();
  }
}

interface TableScan {
  read(part: BundlePart): Promise<void>;
  finish(): Promise<void>;
}

type Capture = (row: RowView) => void;

/** Null where nothing of the table is wanted: its bytes are only proved. */
function createTableScan<Key extends Gathering>(
  table: ManifestTable,
  request: ScanRequest<Key>,
  integers: Map<string, ReturnType<typeof createIdGatherer>>,
): TableScan | null {
  const id = qualifiedName(table.schema, table.name);
  const captures: Capture[] = [];
  const wanted = new Set<number>();
  table.columns.forEach((column, at) => {
    const source = request.plan.sources.get(qualifiedColumn(id, column.name));
    const own = request.plan.tables
      .get(id)
      ?.remaps[at]?.some((remap) => remap.kind === "id" && remap.source === source?.name);
    if (source === undefined || !own || !isDrawn(source)) return;
    const gatherer = createIdGatherer();
    integers.set(source.name, gatherer);
    wanted.add(at);
    captures.push((row) => {
      if (row.isNull(at)) return;
      const value = parseInteger(row.bytes(at));
      if (value === null) throw new Refusal(beyondExact(source.name));
      gatherer.add(value);
    });
  });
  const batches = request.keys
    .filter((key) => key.table === id)
    .map((key) => {
      const places = key.needs.map((name) => table.columns.findIndex((column) => column.name === name));
      const values: (string | null)[][] = [];
      const most = key.everyRow ? Number.POSITIVE_INFINITY : request.keyRows;
      const rows: number[] = [];
      const groups = new Map<string, number>();
      const batch = { key, values, rows, groups, seen: 0, most };
      for (const place of places) wanted.add(place);
      captures.push((row) => {
        if (batch.seen >= most) return;
        if (!key.withNulls && places.some((place) => row.isNull(place))) return;
        batch.seen++;
        const found = places.map((place) => (row.isNull(place) ? null : row.bytes(place).toString("utf8")));
        const group = key.group?.(found);
        const known = group === undefined ? undefined : groups.get(group);
        if (known !== undefined) {
          rows[known]!++;
          return;
        }
        if (group !== undefined) groups.set(group, values.length);
        values.push(found);
        rows.push(1);
      });
      return batch;
    });
  if (captures.length === 0) return null;
  const everyRow = captures.length > batches.length;
  /** Nothing more is wanted of this table: the load looks at every line of it. */
  const satisfied = () => !everyRow && batches.every(({ seen, most }) => seen >= most);

  const flush = async (isEnd: boolean) => {
    for (const { key, values, rows, groups } of batches) {
      const least = isEnd ? 1 : key.group === undefined ? KEY_BATCH : GROUP_BATCH;
      if (values.length < least) continue;
      groups.clear();
      await request.onKeys(key, values.splice(0), rows.splice(0));
    }
  };
  const first = Math.min(...wanted);
  // Where the load scans every line to its end, those columns will do that anything is wanted of, and what is before them.
  const columns = request.proof === "none" ? table.columns.slice(0, Math.max(...wanted) + 1) : table.columns;
  const transcoder = createTranscoder({
    label: id,
    columns,
    leading: columns.length < table.columns.length,
    omit: columns.map((_, at) => at !== first),
    transforms: columns.map((_, at) =>
      at === first
        ? (row) => {
            for (const capture of captures) capture(row);
            return null;
          }
        : null,
    ),
  });
  return {
    async read(part) {
      if (satisfied()) return;
      transcoder.member(part.name);
      for await (const chunk of part.chunks) if (!satisfied()) transcoder.write(chunk);
      await flush(false);
    },
    async finish() {
      if (!satisfied()) transcoder.end();
      await flush(true);
    },
  };
}

function beyondExact(where: string): Finding {
  return {
    code: "integer-id-too-large",
    severity: "blocks",
    where,
    what: "An id is larger than 2^53, beyond what fresh ids are mapped for.",
    todo: "Import with --keep-ids.",
  };
}
