/** The line scanner with vectors of WebAssembly: lines are copied there a block at a time, and scanned where they lie. */
import type { ManifestColumn } from "../../../bundle/manifest.ts";
import { createLineScanner, keyPrefixes, type LineScanner } from "../line-scanner.ts";
import { KERNEL } from "./kernel.ts";

/** The exports of kernel.as.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly CAPACITY: WebAssembly.Global;
  readonly MOST_COLUMNS: WebAssembly.Global;
  readonly MOST_KEYS: WebAssembly.Global;
  readonly BYTES: WebAssembly.Global;
  readonly KEYS: WebAssembly.Global;
  readonly KEY_LENGTHS: WebAssembly.Global;
  readonly LITERAL: WebAssembly.Global;
  readonly STARTS: WebAssembly.Global;
  readonly ENDS: WebAssembly.Global;
  readonly FLAGS: WebAssembly.Global;
  readonly scan: (from: number, length: number, columns: number, leading: number) => number;
}

/** The process's own: scanners take turns, a block each. */
interface Kernel extends Exports {
  /** Whose keys are there. */
  user: object | null;
}

export interface BlockScanner extends LineScanner {
  /** Lines as they were loaded; a newline stands behind them. */
  readonly block: Buffer;
  /**
   * Loads what fits of `source[at, end)`. Lines that another scanner has loaded are gone then, and so are the spans.
   *
   * @returns how many bytes: none where the table's keys are too long for that
   */
  load(source: Uint8Array, at: number, end: number): number;
  /** Scans the line of the block that starts there; -1 too where it does not end in the block. */
  next(from: number): number;
}

const NEWLINE = 0x0a;

let kernel: Kernel | null = null;

function instantiate(): Kernel {
  const module = new WebAssembly.Module(Buffer.from(KERNEL, "base64"));
  const { exports } = new WebAssembly.Instance(module);
  return { ...(exports as unknown as Exports), user: null };
}

/** @param leading as for `createLineScanner` */
export function createBlockScanner(
  columns: readonly Pick<ManifestColumn, "name" | "encoding">[],
  leading = false,
): BlockScanner {
  kernel ??= instantiate();
  const shared = kernel;
  const { memory, scan } = shared;
  const count = columns.length;
  const prefixes = keyPrefixes(columns.map(({ name }) => name));
  const keys = Buffer.concat(prefixes);
  const fits = count <= shared.MOST_COLUMNS.value && keys.length <= shared.MOST_KEYS.value;
  const bytes = (at: WebAssembly.Global, length: number) => Buffer.from(memory.buffer, at.value, length);
  const words = (at: WebAssembly.Global) => new Int32Array(memory.buffer, at.value, count);
  const spans = fits
    ? {
        starts: words(shared.STARTS),
        ends: words(shared.ENDS),
        flags: new Uint8Array(memory.buffer, shared.FLAGS.value, count),
      }
    : undefined;
  const scanner = createLineScanner(columns, leading, spans);
  const capacity = shared.CAPACITY.value as number;
  const block = bytes(shared.BYTES, capacity + 1);
  const goesOn = leading ? 1 : 0;
  let loaded = 0;

  function takeTurn(): void {
    shared.user = scanner;
    bytes(shared.KEYS, keys.length).set(keys);
    const lengths = words(shared.KEY_LENGTHS);
    const literal = bytes(shared.LITERAL, count);
    prefixes.forEach((key, column) => {
      lengths[column] = key.length;
      literal[column] = columns[column]!.encoding === "literal" ? 1 : 0;
    });
  }

  return {
    block,
    load(source, at, end) {
      if (!fits) return 0;
      if (shared.user !== scanner) takeTurn();
      loaded = Math.min(capacity, end - at);
      block.set(source.subarray(at, at + loaded));
      block[loaded] = NEWLINE;
      return loaded;
    },
    next(from) {
      const next = scan(from, loaded, count, goesOn);
      if (next > 0) return next;
      const other = scanner.scan(block, from);
      return other > loaded ? -1 : other;
    },
    scan: scanner.scan,
    starts: scanner.starts,
    ends: scanner.ends,
    flags: scanner.flags,
    get fault() {
      return scanner.fault;
    },
    get column() {
      return scanner.column;
    },
  };
}
