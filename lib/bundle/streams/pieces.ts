/** Cuts a stream of chunks of any length into pieces of one length. */

export interface PieceCutter {
  /** Copies the chunk into pieces, handing over each that is full. */
  write(chunk: Buffer): Promise<void>;
  /** Hands over what is left, where anything is. */
  end(): Promise<void>;
}

export interface BufferPool {
  take(): Buffer;
  give(buffer: Buffer): void;
}

/** Buffers of one size that are used again: their number is bounded by how many are out at once. */
export function createBufferPool(size: number): BufferPool {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(size),
    give(buffer) {
      free.push(buffer);
    },
  };
}

/** `full(buffer, length)` owns the buffer from then on and gives it back to the pool when it is done with it. */
export function createPieceCutter(
  size: number,
  pool: BufferPool,
  full: (buffer: Buffer, length: number) => Promise<void>,
): PieceCutter {
  let piece: Buffer | null = null;
  let filled = 0;

  async function handOver(): Promise<void> {
    const buffer = piece as Buffer;
    const length = filled;
    piece = null;
    filled = 0;
    await full(buffer, length);
  }

  return {
    async write(chunk) {
      for (let position = 0; position < chunk.length; ) {
        piece ??= pool.take();
        const copied = chunk.copy(piece, filled, position, Math.min(chunk.length, position + size - filled));
        filled += copied;
        position += copied;
        if (filled === size) await handOver();
      }
    },
    async end() {
      if (filled > 0) await handOver();
    },
  };
}
