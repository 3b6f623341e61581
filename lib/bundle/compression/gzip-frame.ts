/**
 * How one gzip member (RFC 1952) looks in a bundle. The header is fixed, and an extra field (FEXTRA, subfield
 * "Tn") holds the length of the whole member, so that a reader finds the next one without inflating, inflates
 * several at once, and sees at once when the file does not end where the last member does. Other tools skip
 * the field.
 *
 *     1f 8b 08 04  00 00 00 00  00 ff  08 00  54 6e  04 00  <length, u32 le>  <deflate>  <crc32>  <isize>
 */
import { PIECE_BYTES } from "../limits.ts";

export const GZIP_HEADER_BYTES = 20;
export const GZIP_TRAILER_BYTES = 8;

/** Deflate falls back to stored blocks: 5 bytes for each 16 KB at worst (RFC 1951, 3.2.4), and some to spare. */
export const LONGEST_GZIP_MEMBER =
  GZIP_HEADER_BYTES + PIECE_BYTES + PIECE_BYTES / 1024 + 64 + GZIP_TRAILER_BYTES;

const FIXED = Buffer.from([0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x08, 0x00, 0x54, 0x6e, 0x04, 0x00]);

/** The header of a member of `length` bytes, header and trailer included. */
export function gzipHeader(length: number): Buffer {
  const header = Buffer.alloc(GZIP_HEADER_BYTES);
  FIXED.copy(header);
  header.writeUInt32LE(length, FIXED.length);
  return header;
}

/** The whole member's length; null where the header is not one of a bundle's. */
export function gzipMemberLength(header: Buffer): number | null {
  if (header.length !== GZIP_HEADER_BYTES || !header.subarray(0, FIXED.length).equals(FIXED)) return null;
  const length = header.readUInt32LE(FIXED.length);
  const shortest = GZIP_HEADER_BYTES + GZIP_TRAILER_BYTES + 2;
  return length >= shortest && length <= LONGEST_GZIP_MEMBER ? length : null;
}

/** CRC-32 and length of the uncompressed piece. */
export function gzipTrailer(crc: number, size: number): Buffer {
  const trailer = Buffer.alloc(GZIP_TRAILER_BYTES);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size, 4);
  return trailer;
}
