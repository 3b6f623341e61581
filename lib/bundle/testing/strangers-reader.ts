/**
 * A reader as somebody else would write it: from docs/bundle-format.md alone, with Node's zlib and crypto. It uses
 * nothing of this folder, so that the document is what is tested. Whole files in memory; throws at the first fault.
 */
import { createHash, type KeyObject, verify } from "node:crypto";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

export interface StrangersBundle {
  readonly manifest: StrangersManifest;
  readonly seal: StrangersSeal;
  /** Key ids of the signatures that fit. */
  readonly signedBy: readonly string[];
  /** By `data/<ordinal>` and `reference/<ordinal>`: the rows. */
  readonly rows: ReadonlyMap<string, readonly Record<string, unknown>[]>;
}

interface StrangersColumn {
  readonly name: string;
  readonly encoding: "literal" | "text";
}
interface StrangersTable {
  readonly ordinal: number;
  readonly name: string;
  readonly columns: readonly StrangersColumn[];
}
interface StrangersManifest {
  readonly format: number;
  readonly tables: readonly StrangersTable[];
  readonly reference: readonly StrangersTable[];
}
interface SealedMember {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}
interface StrangersSeal {
  readonly format: number;
  readonly members: readonly SealedMember[];
  readonly tables: readonly { section: string; ordinal: number; rows: number; bytes: number }[];
  readonly totals: { readonly members: number; readonly rows: number; readonly bytes: number };
}

const BLOCK = 512;
const PIECE = 1_048_576;

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export function readAsStranger(file: Buffer, keys: readonly KeyObject[] = []): StrangersBundle {
  const members = membersOf(archiveOf(file));
  const first = members.shift();
  const last = members.pop();
  must(first?.name === "manifest.json" && last?.name === "seal.json", "no manifest at the start or no seal");
  const manifest = canonical<StrangersManifest>(first.content);
  must(manifest.format === 1, "another format");
  const { seal, signedBy } = openSeal(last.content, keys);
  const rows = new Map<string, Record<string, unknown>[]>();
  const found: SealedMember[] = [described(first.name, first.content, 0)];
  let before = { section: 0, ordinal: 0, part: 0 };
  for (const { name, content } of members) {
    const match = /^(reference|data)\/([1-9][0-9]*)\/([0-9]{6})\.jsonl$/.exec(name);
    must(match !== null, `no such member: ${name}`);
    const [section, ordinal, part] = [match[1] === "data" ? 1 : 0, Number(match[2]), Number(match[3])];
    const goesOn = section === before.section && ordinal === before.ordinal;
    must(section > before.section || (section === before.section && ordinal >= before.ordinal), "order");
    must(part === (goesOn ? before.part + 1 : 1), "a part is missing");
    before = { section, ordinal, part };
    const table = (section === 1 ? manifest.tables : manifest.reference)[ordinal - 1];
    must(table !== undefined, "a part of no table");
    const read = rowsOf(content, table.columns);
    found.push(described(name, content, read.length));
    const of = `${match[1]}/${ordinal}`;
    rows.set(of, [...(rows.get(of) ?? []), ...read]);
  }
  must(JSON.stringify(found) === JSON.stringify(seal.members), "not the members that were sealed");
  for (const { section, ordinal, rows: count } of seal.tables)
    must((rows.get(`${section}/${ordinal}`)?.length ?? 0) === count, "other counts than the seal's");
  must(seal.tables.length === manifest.tables.length + manifest.reference.length, "other tables");
  const sum = (of: "rows" | "bytes") => found.reduce((total, member) => total + member[of], 0);
  must(
    seal.totals.members === found.length &&
      seal.totals.rows === sum("rows") &&
      seal.totals.bytes === sum("bytes"),
    "other totals",
  );
  return { manifest, seal, signedBy, rows };
}

/** Decompresses to the file's last byte. */
function archiveOf(file: Buffer): Buffer {
  if (file.readUInt32LE(0) === 0xfd2fb528) {
    must(file[4] === 0x04, "another frame header descriptor");
    must(endOfFrame(file) === file.length, "bytes behind the frame");
    return zstdDecompressSync(file);
  }
  const pieces: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const head = file.subarray(at, at + 16).toString("hex");
    must(head === "1f8b08040000000000ff0800546e0400", "another gzip header");
    const length = file.readUInt32LE(at + 16);
    must(at + length <= file.length, "cut");
    pieces.push(gunzipSync(file.subarray(at, at + length)));
    at += length;
  }
  for (const [index, piece] of pieces.entries())
    must(
      index < pieces.length - 1 ? piece.length === PIECE : piece.length > 0 && piece.length <= PIECE,
      "a piece of another length",
    );
  return Buffer.concat(pieces);
}

/** RFC 8878: blocks of three bytes of header until the last one, then the checksum. */
function endOfFrame(file: Buffer): number {
  for (let at = 6; ; ) {
    const header = file.readUIntLE(at, 3);
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
    if (header & 1) return at + 4;
  }
}

function membersOf(archive: Buffer): { name: string; content: Buffer }[] {
  const members: { name: string; content: Buffer }[] = [];
  let at = 0;
  while (archive[at] !== 0) {
    const block = archive.subarray(at, at + BLOCK);
    const name = block.toString("latin1", 0, block.indexOf(0));
    const size = Number.parseInt(block.toString("latin1", 124, 135), 8);
    must(headerOf(name, size).equals(block), "another header");
    const end = at + BLOCK + size;
    const next = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    must(next <= archive.length, "cut");
    must(
      archive.subarray(end, next).every((byte) => byte === 0),
      "padding that is not zero",
    );
    members.push({ name, content: archive.subarray(at + BLOCK, end) });
    at = next;
  }
  must(archive.length - at === 2 * BLOCK && archive.subarray(at).every((byte) => byte === 0), "another end");
  return members;
}

function headerOf(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => block.write(text, at, "latin1");
  put(name, 0);
  put("0000600\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put("00000000000\0", 136);
  put("        ", 148);
  put("0", 156);
  put("ustar\0", 257);
  put("00", 263);
  put("0000000\0", 329);
  put("0000000\0", 337);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function canonical<T>(bytes: Buffer): T {
  const value: unknown = JSON.parse(bytes.toString("utf8"));
  must(Buffer.from(canonicalText(value)).equals(bytes), "JSON that is not canonical");
  return value as T;
}

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonicalText(one)}`).join(",")}}`;
}

function openSeal(content: Buffer, keys: readonly KeyObject[]) {
  const { payload, payloadType, signatures } = canonical<{
    payload: string;
    payloadType: string;
    signatures: { keyid: string; sig: string }[];
  }>(content);
  must(payloadType === "application/vnd.tenantry.seal+json", "another payload");
  const bytes = Buffer.from(payload, "base64");
  must(bytes.toString("base64") === payload, "base64 of another form");
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `;
  const signed = Buffer.concat([Buffer.from(head), bytes]);
  const idOf = (key: KeyObject) =>
    createHash("sha256")
      .update(key.export({ type: "spki", format: "der" }))
      .digest("hex");
  const signedBy = keys.map(idOf).filter((id, index) => {
    const signature = signatures.find(({ keyid }) => keyid === id);
    if (signature === undefined) return false;
    must(verify(null, signed, keys[index]!, Buffer.from(signature.sig, "base64")), "a false signature");
    return true;
  });
  const seal = canonical<StrangersSeal>(bytes);
  must(seal.format === 1, "another format");
  return { seal, signedBy };
}

function described(name: string, content: Buffer, rows: number): SealedMember {
  return {
    bytes: content.length,
    name,
    rows,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

function rowsOf(content: Buffer, columns: readonly StrangersColumn[]): Record<string, unknown>[] {
  const lines = content.toString("utf8").split("\n");
  must(lines.pop() === "" && lines.length > 0, "a part that does not hold whole lines");
  return lines.map((line) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    must(Object.keys(row).length === columns.length, "other columns");
    for (const { name, encoding } of columns) {
      const value = row[name];
      const kinds = encoding === "text" ? ["string"] : ["number", "boolean"];
      must(value === null || kinds.includes(typeof value), "a value of another kind");
    }
    return row;
  });
}
