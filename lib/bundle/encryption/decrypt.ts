/** Decrypts an age file as it passes: the header by the library, then a chunk at a time. Damage is refused, not given. */
import { refused, truncated, WHOLE_BUNDLE } from "../refused.ts";
import { loadAge } from "./keys.ts";
import { CHUNK_BYTES, FILE_NONCE_BYTES, openChunk, payloadKey, TAG_BYTES } from "./payload.ts";

const MAGIC = "age-encryption.org/";

/** A stanza is some hundred bytes, and each costs a key exchange for each key that is tried. */
const LONGEST_HEADER = 16 * 1024;
/** `---`, a space, 43 characters of base64, a newline. */
const MAC_LINE = /\n--- [A-Za-z0-9+/]{43}\n/;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;

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
  let key: Buffer | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let index = 0;
  for await (const bytes of file) {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (key === null) {
      const end = headerEnd(rest);
      if (end === null || rest.length < end + FILE_NONCE_BYTES) continue;
      const fileKey = await openHeader(rest.subarray(0, end), identities);
      key = payloadKey(fileKey, rest.subarray(end, end + FILE_NONCE_BYTES));
      rest = rest.subarray(end + FILE_NONCE_BYTES);
    }
    while (rest.length > SEALED_BYTES) {
      const chunk = openChunk(key, index++, false, rest.subarray(0, SEALED_BYTES));
      if (chunk === null) throw corrupt();
      rest = rest.subarray(SEALED_BYTES);
      yield chunk;
    }
  }
  if (key === null) throw truncated();
  const last = openChunk(key, index, true, rest);
  if (last === null) throw openChunk(key, index, false, rest) === null ? corrupt() : truncated();
  // Only of an empty file is the last chunk empty.
  if (last.length === 0 && index > 0) throw corrupt();
  if (last.length > 0) yield last;
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

const TODO =
  "Name the file with an age identity of one of its recipients by --identity; a console opens what is encrypted to one of its own keys.";

function locked() {
  return refused("bundle-encrypted", WHOLE_BUNDLE, "It is encrypted, and no key was given.", TODO);
}

function notForUs() {
  return refused(
    "bundle-not-for-us",
    WHOLE_BUNDLE,
    "It is encrypted, and none of the keys given opens it.",
    TODO,
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
