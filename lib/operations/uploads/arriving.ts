/** A file that is still arriving, as a bundle's source: read once, each byte written before it is looked at. */
import type { BundleSink, BundleSource } from "../../bundle/stores/store.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { Console } from "../console.ts";
import { uploadBrokeOff, uploadNotAllowedAnyMore, uploadStalled, uploadTooLarge } from "./refusals.ts";
import type { DayLeft } from "./upload-limit.ts";
import { beat } from "./upload-record.ts";

export type UploadReach = Pick<Console, "records" | "stores" | "secrets"> & {
  readonly config: Pick<Console["config"], "uploadLimit">;
};

export interface Arriving {
  readonly console: UploadReach;
  readonly upload: { readonly id: string; readonly name: string };
  readonly chunks: AsyncIterator<Buffer>;
  /** What this person may still send today. */
  readonly dayLeft: DayLeft;
  /** What was read ahead of `chunks`, to see what it is. */
  readonly first: Buffer;
  /** What opens it where it is encrypted. */
  readonly identities: () => Promise<readonly string[]>;
  readonly sink: () => BundleSink;
  readonly stillAllowed: () => Promise<boolean>;
  /** Between two looks whether the sender may still send, each with a sign of life. Milliseconds. */
  readonly lookEvery?: number;
}

export interface Arrival {
  readonly source: BundleSource;
  readonly bytes: () => number;
  /** Why nothing more comes; null where that is not what was wrong. */
  readonly gone: () => Finding | null;
}

/** Who sends nothing for so long has gone. Seconds. */
const PATIENCE = 60;

export function arriving(given: Arriving): Arrival {
  const { console, upload, chunks, dayLeft, first, sink, stillAllowed, lookEvery = 5_000 } = given;
  const { uploadLimit } = console.config;
  let bytes = 0;
  let lookedAt = performance.now();
  let gone: Finding | null = null;

  async function look(): Promise<void> {
    if (performance.now() - lookedAt < lookEvery) return;
    if (!(await stillAllowed())) throw end(uploadNotAllowedAnyMore());
    if (!(await beat(console.records, upload.id, bytes))) throw end(uploadBrokeOff());
    lookedAt = performance.now();
  }

  async function take(chunk: Buffer): Promise<Buffer> {
    bytes += chunk.length;
    if (bytes > uploadLimit) throw new Refusal(uploadTooLarge(uploadLimit));
    if (bytes > dayLeft.bytes) throw new Refusal(dayLeft.finding);
    await sink().write(chunk);
    await look();
    return chunk;
  }

  async function* stream(): AsyncGenerator<Buffer, void, void> {
    yield await take(first);
    for (;;) {
      const chunk = await nextWithin(chunks).catch((error: unknown) => {
        throw end(error instanceof Refusal ? error.findings[0]! : uploadBrokeOff(), error);
      });
      if (chunk === null) return;
      yield await take(chunk);
    }
  }

  /** No refusal: what is not there cannot be judged. */
  function end(finding: Finding, cause?: unknown): Error {
    gone = finding;
    return new Error(finding.what, { cause });
  }

  return {
    source: {
      name: upload.name,
      get size() {
        return Math.max(bytes, first.length);
      },
      identities: given.identities,
      read: async (position, length) => first.subarray(position, position + length),
      stream,
      close: async () => undefined,
    },
    bytes: () => bytes,
    gone: () => gone,
  };
}

async function nextWithin(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    late = setTimeout(() => reject(new Refusal(uploadStalled(PATIENCE))), PATIENCE * 1000);
  });
  try {
    const next = await Promise.race([chunks.next(), patience]);
    return next.done ? null : next.value;
  } finally {
    clearTimeout(late);
  }
}
