/** Output in blocks: filled in place, handed over whole, never written again afterwards. */

/** Big enough that what is done once a block costs nothing, small enough to stay in the processor's cache. */
const BLOCK = 256 * 1024;

export interface OutputBlocks {
  target: Buffer;
  /** Where the next byte goes in `target`. */
  at: number;
  /** Makes sure that `bytes` more fit behind `at`; may change both. */
  room(bytes: number): void;
  /** What is finished since the last call. */
  take(): Buffer[];
  /** The unfinished rest; a fresh block begins. */
  rest(): Buffer;
}

export function createOutputBlocks(): OutputBlocks {
  let finished: Buffer[] = [];
  const blocks: OutputBlocks = {
    target: Buffer.allocUnsafeSlow(BLOCK),
    at: 0,
    room(bytes) {
      if (blocks.target.length - blocks.at >= bytes) return;
      if (blocks.at > 0) finished.push(blocks.target.subarray(0, blocks.at));
      blocks.target = Buffer.allocUnsafeSlow(Math.max(BLOCK, bytes));
      blocks.at = 0;
    },
    take() {
      if (finished.length === 0) return finished;
      const taken = finished;
      finished = [];
      return taken;
    },
    rest() {
      const rest = blocks.target.subarray(0, blocks.at);
      blocks.target = Buffer.alloc(0);
      blocks.at = 0;
      return rest;
    },
  };
  return blocks;
}
