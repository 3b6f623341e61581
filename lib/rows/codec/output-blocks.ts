/**
 * Output in blocks: filled in place, handed over whole, never written again afterwards; unless whoever took one says
 * that nobody reads it any more.
 */

/** Big enough that what is done once a block costs nothing, small enough to stay in the processor's cache. */
const BLOCK = 256 * 1024;

/** Blocks that wait to be filled once more. More than these the collector may have. */
const free: Buffer[] = [];
const MOST_FREE = 16;

/**
 * Takes back a block whose bytes have been read for the last time. V8 notices by itself only after 64 MB of them have
 * outlived its young generation. What is no whole block is left to the collector.
 */
export function reuseBlock(piece: Buffer): void {
  if (piece.buffer.byteLength !== BLOCK || piece.byteOffset !== 0 || free.length >= MOST_FREE) return;
  free.push(Buffer.from(piece.buffer as ArrayBuffer));
}

function freshBlock(bytes: number): Buffer {
  const block = bytes <= BLOCK ? free.pop() : undefined;
  return block ?? Buffer.allocUnsafeSlow(Math.max(BLOCK, bytes));
}

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
    target: freshBlock(0),
    at: 0,
    room(bytes) {
      if (blocks.target.length - blocks.at >= bytes) return;
      if (blocks.at > 0) finished.push(blocks.target.subarray(0, blocks.at));
      blocks.target = freshBlock(bytes);
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
