/** A bundle in a file. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Refusal } from "../../findings/finding.ts";
import { orRefuse, storeFinding } from "./refusals.ts";
import type { BundleSource } from "./store.ts";

/** Compressed bytes read at once; another such chunk is read ahead. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Opens the file once: whatever happens to its name later, the same bytes are read. Refuses `store-missing`,
 * `store-denied`, `store-no-file` (a folder, a pipe, a device: they have no length to hold them to).
 */
export async function fileSource(path: string): Promise<BundleSource> {
  const name = basename(path);
  // Without O_NONBLOCK, opening a pipe waits for its writer.
  const handle = await orRefuse(name, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  const about = await handle.stat();
  if (!about.isFile()) {
    await handle.close();
    const what = "It is not an ordinary file.";
    throw new Refusal(storeFinding("store-no-file", name, what, "Name the bundle's file."));
  }
  const { size } = about;

  async function read(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - position)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  async function* stream(from = 0, to = size): AsyncGenerator<Buffer, void, void> {
    const readAhead = (position: number) => {
      const chunk = read(position, Math.min(CHUNK_BYTES, to - position));
      chunk.catch(() => undefined);
      return chunk;
    };
    let position = from;
    let ahead = readAhead(position);
    try {
      for (;;) {
        const chunk = await ahead;
        if (chunk.length === 0) return;
        position += chunk.length;
        ahead = readAhead(position);
        yield chunk;
      }
    } finally {
      await ahead.catch(() => undefined);
    }
  }

  return { name, size, read, stream, close: () => handle.close() };
}
