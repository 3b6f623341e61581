/** Decrypts an age file as it passes: the header by the library, then a chunk at a time. Damage is refused, not given. */
import { refused, truncated, WHOLE_BUNDLE } from "../refused.ts";
import { type ByteReader, createByteReader } from "../streams/byte-reader.ts";
import { loadAge } from "./keys.ts";
import { CHUNK_BYTES, FILE_NONCE_BYTES, openChunk, payloadKey, TAG_BYTES } from "./payload.ts";

const MAGIC = "age-encryption.org/";

/** A stanza is some hundred bytes, and each costs a key exchange for each key that is tried. */
const LONGEST_HEADER = 16 * 1024;
/** `---`, a space, 43 characters of base64, a newline. */
const MAC_LINE = /\n--- [A-Za-z0-9+/]{43}\n/;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const NOTHING = Buffer.alloc(0);

/** Whether a file that starts like this is encrypted; four bytes are enough to tell it from a compressed one. */
export function isAge(start: Buffer): boolean {
  return (
    start.length >= 4 && MAGIC.startsWith(start.toString("latin1", 0, Math.min(start.length, MAGIC.length)))
  );
}

/**
 * What was encrypted. Refuses `bundle-encrypted` (no identity given), `bundle-not-for-us` (none opens it),
 * `bundle-corrupt` and `bundle-truncated`.
 */
export async function* decryptAge(
  file: AsyncIterable<Buffer>,
  identities: readonly string[],
): AsyncGenerator<Buffer, void, void> {
  if (identities.length === 0) throw locked();
  const bytes = createByteReader(file);
  try {
    const { header, rest } = await takeHeader(bytes);
    const fileKey = await openHeader(header, identities);
    const payload = createByteReader(joined(rest, bytes));
    const nonce = await payload.exactly(FILE_NONCE_BYTES);
    if (nonce.length < FILE_NONCE_BYTES) throw truncated();
    yield* openPayload(payload, payloadKey(fileKey, nonce));
  } finally {
    await bytes.cancel();
  }
}

async function* openPayload(payload: ByteReader, key: Buffer): AsyncGenerator<Buffer, void, void> {
  let sealed = await payload.exactly(SEALED_BYTES);
  for (let index = 0; ; index++) {
    // Only when there is more behind it is a chunk known not to be the last.
    const next = sealed.length < SEALED_BYTES ? NOTHING : await payload.exactly(SEALED_BYTES);
    const last = next.length === 0;
    const chunk = openChunk(key, index, last, sealed);
    if (chunk === null) {
      const cut = last && openChunk(key, index, false, sealed) !== null;
      throw cut ? truncated() : corrupt();
    }
    // Only of an empty file is the last chunk empty.
    if (chunk.length === 0 && index > 0) throw corrupt();
    if (chunk.length > 0) yield chunk;
    if (last) return;
    sealed = next;
  }
}

/** The header, and what was read beyond it. */
async function takeHeader(bytes: ByteReader): Promise<{ header: Buffer; rest: Buffer }> {
  let taken: Buffer = NOTHING;
  for (;;) {
    const piece = await bytes.some(LONGEST_HEADER);
    if (piece === null) throw truncated();
    taken = taken.length === 0 ? piece : Buffer.concat([taken, piece]);
    const end = headerEnd(taken);
    if (end !== null) return { header: taken.subarray(0, end), rest: taken.subarray(end) };
  }
}

async function* joined(rest: Buffer, bytes: ByteReader): AsyncGenerator<Buffer, void, void> {
  if (rest.length > 0) yield rest;
  for (;;) {
    const piece = await bytes.some(SEALED_BYTES);
    if (piece === null) return;
    yield piece;
  }
}

/** Where the header ends; null while it goes on. */
function headerEnd(bytes: Buffer): number | null {
  const head = bytes.toString("latin1", 0, LONGEST_HEADER);
  const line = MAC_LINE.exec(head);
  if (line !== null) return line.index + line[0].length;
  if (head.length >= LONGEST_HEADER) throw corrupt();
  return null;
}

async function openHeader(header: Buffer, identities: readonly string[]): Promise<Uint8Array> {
  const { Decrypter } = await loadAge();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (/no identity matched/.test(String((cause as Error).message))) throw notForUs();
    throw corrupt(cause);
  }
}

const REMEDY =
  "Name the file with an age identity of one of its recipients by --identity; a console opens what is encrypted to one of its own keys.";

function locked() {
  return refused("bundle-encrypted", WHOLE_BUNDLE, "It is encrypted, and no key was given.", REMEDY);
}

function notForUs() {
  return refused(
    "bundle-not-for-us",
    WHOLE_BUNDLE,
    "It is encrypted, and none of the keys given opens it.",
    REMEDY,
  );
}

function corrupt(cause?: unknown) {
  return refused(
    "bundle-corrupt",
    WHOLE_BUNDLE,
    "The file is damaged or cut: it cannot be decrypted.",
    undefined,
    cause,
  );
}
