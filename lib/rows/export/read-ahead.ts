/**
 * What one reader has read and cannot write yet, because others' parts come first: it goes on with the next table
 * meanwhile, as far as memory allows.
 */
import type { Part } from "./parts.ts";

/** A part up to this size is copied, so that its buffer can be filled again. */
const SMALL_PART = 512 * 1024;
/** Of copies, together. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface ReadAhead {
  /**
   * Begins to write the part after those before it. Resolves when the next part may be read: two buffers take
   * turns (parts.ts), so that of large ones one waits while the next is filled. Rejects with an earlier one's
   * failure.
   */
  add(part: Part, write: (part: Part) => Promise<void>): Promise<void>;
  /** Calls `act` when all that was added before is written; never where one fails. */
  afterwards(act: () => void): void;
  /** Resolves when all is written. */
  end(): Promise<void>;
}

export function createReadAhead(small = SMALL_PART, most = MOST_BYTES): ReadAhead {
  const copies: { written: Promise<void>; bytes: number }[] = [];
  let copied = 0;
  let large: Promise<void> = Promise.resolve();
  let last: Promise<void> = Promise.resolve();

  function begin(part: Part, write: (part: Part) => Promise<void>): Promise<void> {
    const written = write(part);
    last = Promise.all([last, written]).then(() => undefined);
    last.catch(() => undefined);
    return last;
  }

  return {
    async add(part, write) {
      await large;
      if (part.bytes > small) {
        large = begin(part, write);
        return;
      }
      while (copied > 0 && copied + part.bytes > most) {
        const oldest = copies.shift()!;
        copied -= oldest.bytes;
        await oldest.written;
      }
      const written = begin({ ...part, chunks: part.chunks.map((chunk) => Buffer.from(chunk)) }, write);
      copies.push({ written, bytes: part.bytes });
      copied += part.bytes;
    },
    afterwards(act) {
      last.then(act, () => undefined);
    },
    end: () => last,
  };
}
