/**
 * A bundle that its writer's death must not take with it: while it is written its parts are objects of their own, which
 * can be read, below a name that is no bundle's. At the end the server puts them together; where it cannot, they are sent
 * once more.
 *
 *     name.0123456789ab.partial/00001 …  →  create upload → copy… → publish → remove pieces
 */
import { randomBytes } from "node:crypto";
import { PARTIAL } from "../names.ts";
import type { BundleSource, SideEffect } from "../store.ts";
import { type Bucket, loadS3 } from "./bucket.ts";
import { orRefuseS3 } from "./refusals.ts";
import { openS3Source } from "./source.ts";
import { beginUpload, checksums, type Parts, type Upload } from "./upload.ts";

/** Of what one writer has sent. */
export interface Pieces {
  /** Their place: the bundle's name and the writer's mark. */
  readonly place: string;
  /** In their order, from the first, without a gap. */
  readonly keys: readonly string[];
  readonly bytes: number;
}

/** What follows the bundle's name in a piece's. */
const PIECE = new RegExp(`^([0-9a-f]{12}\\${PARTIAL})/(\\d{5})$`);

export async function createPieces(bucket: Bucket, name: string, sideEffect: SideEffect): Promise<Parts> {
  const s3 = await loadS3();
  const client = await bucket.client();
  const place = `${name}.${randomBytes(6).toString("hex")}${PARTIAL}`;
  const etags: (string | undefined)[] = [];
  let upload: Upload | null = null;
  let published = false;

  const keyOf = (number: number) => bucket.keyOf(`${place}/${String(number).padStart(5, "0")}`);

  async function put(number: number, copied: boolean): Promise<boolean> {
    const etag = etags[number - 1];
    if (copied && (await upload!.copy(number, keyOf(number), etag))) return true;
    const { Body } = await orRefuseS3(name, () =>
      client.send(new s3.GetObjectCommand({ Bucket: bucket.name, Key: keyOf(number), IfMatch: etag })),
    );
    await upload!.send(number, Buffer.from(await Body!.transformToByteArray()));
    return false;
  }

  const remove = () => sideEffect("remove pieces", () => removePlace(bucket, place));

  return {
    async send(number, Body) {
      const object = { Bucket: bucket.name, Key: keyOf(number), Body, ...checksums(Body) };
      const { ETag } = await sideEffect("write", () =>
        orRefuseS3(name, () => client.send(new s3.PutObjectCommand(object))),
      );
      etags.push(ETag);
    },
    async publish(count, bytes) {
      upload = await beginUpload(bucket, name, sideEffect);
      // A server that cannot copy the first can copy none.
      let copies = true;
      for (let number = 1; number <= count; number++) copies = await put(number, copies);
      await upload.complete(bytes);
      published = true;
      await remove();
    },
    async abort() {
      if (!published) await upload?.abort();
      await remove();
    },
  };
}

/** By writer, the one that came furthest first. */
export async function listPieces(bucket: Bucket, name: string): Promise<Pieces[]> {
  const { paginateListObjectsV2 } = await loadS3();
  const client = await bucket.client();
  const start = bucket.keyOf(`${name}.`);
  const found = new Map<string, { number: number; key: string; bytes: number }[]>();
  await orRefuseS3(name, async () => {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket.name, Prefix: start })) {
      for (const { Key = "", Size = 0 } of page.Contents ?? []) {
        const [, writer, number] = PIECE.exec(Key.slice(start.length)) ?? [];
        if (writer === undefined) continue;
        found.set(writer, [...(found.get(writer) ?? []), { number: Number(number), key: Key, bytes: Size }]);
      }
    }
  });
  const all = [...found].map(([writer, pieces]): Pieces => {
    const inOrder = pieces.sort((a, b) => a.number - b.number);
    const gap = inOrder.findIndex(({ number }, at) => number !== at + 1);
    const whole = gap === -1 ? inOrder : inOrder.slice(0, gap);
    const bytes = whole.reduce((sum, piece) => sum + piece.bytes, 0);
    return { place: `${name}.${writer}`, keys: whole.map(({ key }) => key), bytes };
  });
  return all.sort((a, b) => b.bytes - a.bytes);
}

/** All of a bundle's but those at this place. */
export async function removePieces(bucket: Bucket, name: string, but?: string): Promise<void> {
  for (const { place } of await listPieces(bucket, name)) if (place !== but) await removePlace(bucket, place);
}

/** Whatever lies there, beyond a gap too. */
export async function removePlace(bucket: Bucket, place: string): Promise<void> {
  const { DeleteObjectCommand, paginateListObjectsV2 } = await loadS3();
  const client = await bucket.client();
  const about = { Bucket: bucket.name, Prefix: bucket.keyOf(`${place}/`) };
  const keys: string[] = [];
  await orRefuseS3(place, async () => {
    for await (const page of paginateListObjectsV2({ client }, about))
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
  });
  // One by one: some servers ask for a checksum of a list that this client is told not to make.
  for (const Key of keys)
    await orRefuseS3(place, () => client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key })));
}

/** What a writer has sent, one piece after another, as a file that ends somewhere. */
export async function openPieces(bucket: Bucket, pieces: Pieces, rangeBytes?: number): Promise<BundleSource> {
  const sources: { readonly from: number; readonly source: BundleSource }[] = [];
  let size = 0;
  for (const key of pieces.keys) {
    const source = await openS3Source(bucket, bucket.nameOf(key) ?? key, rangeBytes);
    sources.push({ from: size, source });
    size += source.size;
  }

  async function* stream(from = 0, to = size): AsyncGenerator<Buffer, void, void> {
    for (const { from: start, source } of sources) {
      if (start + source.size <= from || start >= to) continue;
      yield* source.stream(Math.max(0, from - start), Math.min(source.size, to - start));
    }
  }

  return {
    name: pieces.place,
    size,
    stream,
    async read(position, length) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream(position, Math.min(size, position + length))) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    close: async () => undefined,
  };
}
