/**
 * One form of tar header (POSIX.1-1988 ustar) and no other: regular files, fixed mode, owner and time. A reader
 * encodes what it read again and compares, so no byte of a header can carry anything unnoticed.
 */

export const BLOCK_BYTES = 512;

/** Two zero blocks, and nothing behind them: no blocking factor. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES);

const NAME_BYTES = 100;
const LARGEST_SIZE = 0o77777777777;

export interface TarHeader {
  readonly name: string;
  /** Bytes of content, without the padding to whole blocks. */
  readonly size: number;
}

/** How many zero bytes follow content of this length. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The 512 bytes. Throws a RangeError for a name or size that ustar cannot hold: a bug of the caller. */
export function encodeTarHeader({ name, size }: TarHeader): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > NAME_BYTES) throw new RangeError("tar: no such name");
  if (!Number.isInteger(size) || size < 0 || size > LARGEST_SIZE) throw new RangeError("tar: no such size");
  block.write(name, 0, "latin1");
  block.write("0000600\0", 100, "latin1"); // mode
  block.write("0000000\0", 108, "latin1"); // uid
  block.write("0000000\0", 116, "latin1"); // gid
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  block.write("00000000000\0", 136, "latin1"); // mtime
  block.write("        ", 148, "latin1"); // the checksum counts as spaces
  block.write("0", 156, "latin1"); // typeflag: a regular file
  block.write("ustar\x0000", 257, "latin1");
  block.write("0000000\0", 329, "latin1"); // devmajor
  block.write("0000000\0", 337, "latin1"); // devminor
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Name and size of a header in exactly the form above; null for any other block. */
export function decodeTarHeader(block: Buffer): TarHeader | null {
  const end = block.indexOf(0);
  const name = block.toString("latin1", 0, end < 0 || end > NAME_BYTES ? NAME_BYTES : end);
  const octal = block.toString("latin1", 124, 135);
  if (!/^[\x21-\x7e]+$/.test(name) || !/^[0-7]{11}$/.test(octal)) return null;
  const header = { name, size: Number.parseInt(octal, 8) };
  return encodeTarHeader(header).equals(block) ? header : null;
}
