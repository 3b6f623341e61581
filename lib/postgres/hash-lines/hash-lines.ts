/** Hashes of many lines by one call: what hash-both.ts does with one, with vectors of WebAssembly. */
import { KERNEL } from "./kernel.ts";

/** The exports of kernel.as.ts. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly CAPACITY: WebAssembly.Global;
  readonly BYTES: WebAssembly.Global;
  readonly RESULT: WebAssembly.Global;
  readonly hashLines: (length: number) => number;
}

export interface LineHasher {
  /**
   * Hashes all whole lines, without their newlines, of the bytes from `start` on that one call takes (64 KB at the most).
   *
   * @returns how many there were; none where the first of them does not end within those bytes
   */
  hash(bytes: Uint8Array, start: number): number;
  /** Of the last call, as [low, high, low, high]: the sums modulo 2^64 of the hashes with the seeds 0 and 42. */
  readonly sums: Uint32Array;
  /** Of the last call: bytes of the longest line. */
  longest(): number;
  /** Of the last call: bytes of all its lines, newlines included. */
  taken(): number;
}

let hasher: LineHasher | null = null;

/** The process's own: whoever calls it takes what came of the call before anybody else calls. */
export function lineHasher(): LineHasher {
  hasher ??= createLineHasher();
  return hasher;
}

function createLineHasher(): LineHasher {
  const module = new WebAssembly.Module(Buffer.from(KERNEL, "base64"));
  const { exports } = new WebAssembly.Instance(module);
  const { memory, CAPACITY, BYTES, RESULT, hashLines } = exports as unknown as Kernel;
  const capacity = CAPACITY.value as number;
  const input = new Uint8Array(memory.buffer, BYTES.value, capacity);
  const lengths = new Int32Array(memory.buffer, RESULT.value + 16, 2);
  return {
    hash(bytes, start) {
      const length = Math.min(capacity, bytes.length - start);
      input.set(bytes.subarray(start, start + length));
      return hashLines(length);
    },
    sums: new Uint32Array(memory.buffer, RESULT.value, 4),
    longest: () => lengths[0] as number,
    taken: () => lengths[1] as number,
  };
}
