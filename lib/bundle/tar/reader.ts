/** Members of an archive, one after the other, straight from the decompressor. */
import { printable, refused, truncated, WHOLE_BUNDLE } from "../refused.ts";
import type { ByteReader } from "../streams/byte-reader.ts";
import { BLOCK_BYTES, decodeTarHeader, paddingOf, type TarHeader } from "./header.ts";

export interface TarReader {
  /** The next header, null at the end of the archive, behind which nothing may stand. Read the content first. */
  next(): Promise<TarHeader | null>;
  /** The current member's content as it comes; ends after its last byte, its padding checked. */
  content(): AsyncGenerator<Buffer, void, void>;
  /** The current member's content at once: only for members whose size has been looked at. */
  whole(): Promise<Buffer>;
}

/** Refuses `bundle-truncated`, `bundle-header` (any other form of tar) and `bundle-trailing-data`. */
export function createTarReader(bytes: ByteReader): TarReader {
  let current: TarHeader | null = null;
  let left = 0;

  async function padding(): Promise<void> {
    const { name, size } = current as TarHeader;
    const length = paddingOf(size);
    const zeros = await bytes.exactly(length);
    if (zeros.length < length) throw truncated();
    if (!isZero(zeros)) throw badHeader(name, "is padded with bytes that are not zero");
    current = null;
  }

  async function endOfArchive(): Promise<void> {
    const second = await bytes.exactly(BLOCK_BYTES);
    if (second.length < BLOCK_BYTES) throw truncated();
    if (!isZero(second)) throw badHeader(WHOLE_BUNDLE, "has an empty block between its members");
    if ((await bytes.some(1)) !== null) {
      throw refused("bundle-trailing-data", WHOLE_BUNDLE, "Bytes stand behind the end of the archive.");
    }
  }

  return {
    async next() {
      if (current) throw new Error("the current member has not been read to its end");
      const block = await bytes.exactly(BLOCK_BYTES);
      if (block.length < BLOCK_BYTES) throw truncated();
      if (isZero(block)) {
        await endOfArchive();
        return null;
      }
      current = decodeTarHeader(block);
      if (!current) throw badHeader(printable(nameIn(block)), "has a header in another form than a bundle's");
      left = current.size;
      return current;
    },
    async *content() {
      while (left > 0) {
        const piece = await bytes.some(left);
        if (!piece) throw truncated();
        left -= piece.length;
        yield piece;
      }
      if (current) await padding();
    },
    async whole() {
      // What is read behind it may cost the bytes that it lies in.
      const content = Buffer.from(await bytes.exactly(left));
      if (content.length < left) throw truncated();
      left = 0;
      await padding();
      return content;
    },
  };
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function nameIn(block: Buffer): string {
  return block.toString("latin1", 0, 100).replace(/\0.*$/s, "");
}

function badHeader(where: string, what: string) {
  return refused("bundle-header", where, `The archive ${what}: it was packed anew, or altered.`);
}
