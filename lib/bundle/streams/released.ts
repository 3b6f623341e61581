/** Frees the memory of pieces that have been taken, instead of leaving it to the collector. */

/** Smaller buffers are left alone: Node keeps many of them in one. Bytes. */
const LEAST = 256 * 1024;

/**
 * Gives a function that is called with each piece as it comes: whoever took the ones before has done with them. Several
 * pieces in a row may lie in one buffer, which goes when a piece of another one comes.
 */
export function createReleaser(): (piece: Buffer) => void {
  let before: ArrayBufferLike | null = null;
  return (piece) => {
    if (before !== null && before !== piece.buffer) release(before);
    before = piece.buffer;
  };
}

/** A buffer that is moved to one of no length is detached, and its memory freed at once. */
function release(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST) buffer.transfer(0);
}
