/** Pulls bytes out of a stream of chunks: so many exactly, or what is at hand. */

export interface ByteReader {
  /** How many bytes have been taken so far. */
  readonly taken: number;
  /** Exactly `length` bytes, or fewer where the stream ends before; joins chunks only where it must. */
  exactly(length: number): Promise<Buffer>;
  /** At least one byte and at most `most`, as they lie in the next chunk; null at the end. */
  some(most: number): Promise<Buffer | null>;
  /** Ends the stream below, letting it release what it holds. */
  cancel(): Promise<void>;
}

/** Reads from `chunks`, one chunk ahead at most. */
export function createByteReader(chunks: AsyncIterable<Buffer>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let taken = 0;

  async function some(most: number): Promise<Buffer | null> {
    while (rest.length === 0) {
      const next = await source.next();
      if (next.done) return null;
      rest = next.value;
    }
    const piece = rest.length <= most ? rest : rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    taken += piece.length;
    return piece;
  }

  return {
    get taken() {
      return taken;
    },
    some,
    async exactly(length) {
      const first = length === 0 ? null : await some(length);
      if (!first || first.length === length) return first ?? Buffer.alloc(0);
      // Whoever gives the next chunk may take back the one before.
      const pieces = [Buffer.from(first)];
      for (let missing = length - first.length; missing > 0; ) {
        const piece = await some(missing);
        if (!piece) break;
        pieces.push(Buffer.from(piece));
        missing -= piece.length;
      }
      return Buffer.concat(pieces);
    },
    async cancel() {
      await source.return?.();
    },
  };
}
