/** A multipart form with one file, read as it comes: fields before the file are known when the file begins. */
import { Busboy } from "@fastify/busboy";
import { PIECE_BYTES } from "../../bundle/limits.ts";
import { createWriteTo } from "../../bundle/streams/write-to.ts";

export interface ReceivedFile {
  readonly fields: ReadonlyMap<string, string>;
  /** As the sender called it; empty where no file was chosen. */
  readonly fileName: string;
  /** To be read once. Throws where the sender goes away. */
  readonly content: AsyncIterable<Buffer>;
}

const LIMITS = { fieldNameSize: 100, fieldSize: 4096, fields: 16, files: 1, parts: 20, headerPairs: 16 };

/**
 * Hands the form's file to `take` and resolves with what that gives, at once: what `take` left of the body is read
 * and dropped behind the answer, because a browser looks at an answer only when it has sent everything. Null for a
 * form without a file, or what is no such form.
 *
 * @param drop how many bytes may be dropped so; then the connection is cut
 */
export async function readFileForm<Taken>(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  drop: number,
  take: (file: ReceivedFile) => Promise<Taken>,
): Promise<Taken | null> {
  const fields = new Map<string, string>();
  const begun = Promise.withResolvers<Taken | null>();
  let give: (error: Error) => void = () => undefined;
  let taken = false;

  const parser = openParser(contentType);
  if (parser === null) return null;
  parser.on("field", (name, value) => void fields.set(name, value));
  parser.on("file", (_field, stream, fileName = "") => {
    give = (error) => stream.destroy(error);
    // Left open where its reader stops: the parser waits for whoever reads it on.
    const content = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const result = take({ fields, fileName, content }).finally(() => {
      taken = true;
      stream.on("error", () => undefined).resume();
    });
    result.catch(() => undefined);
    begun.resolve(result);
  });

  async function feed(): Promise<void> {
    const write = createWriteTo(parser!);
    let dropped = 0;
    for await (const chunk of body) {
      if (taken) dropped += chunk.length;
      if (dropped > drop) return;
      await write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    await new Promise<void>((resolve, reject) => {
      parser!.once("error", reject).end(resolve);
    });
  }

  feed().then(
    () => begun.resolve(null),
    (error: Error) => {
      give(error);
      begun.resolve(null);
    },
  );
  return begun.promise;
}

/** Null for what is no multipart form. */
function openParser(contentType: string) {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  try {
    const headers = { "content-type": contentType };
    // What has arrived while the last chunk was written is handed on in one piece.
    const parser = new Busboy({ headers, limits: LIMITS, fileHwm: PIECE_BYTES, highWaterMark: PIECE_BYTES });
    // Told to whoever writes; an error without a listener would end the process.
    return parser.on("error", () => undefined);
  } catch {
    return null;
  }
}
