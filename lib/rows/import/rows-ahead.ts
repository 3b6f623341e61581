/**
 * A bundle's lines as COPY text, made ahead of the database: while it writes one table's last rows, or stores and
 * answers, the next ones are decompressed, mapped and written out already.
 */
import type { BundlePart, openBundle } from "../../bundle/reader.ts";
import { readAhead } from "../../bundle/streams/read-ahead.ts";
import type { Transcoder } from "../codec/transcode.ts";

type OpenBundle = Awaited<ReturnType<typeof openBundle>>;

/** What comes out, in the bundle's order: pieces of a table's COPY text, marks at its parts' ends, its own end. */
export type Ahead =
  | { readonly kind: "text"; readonly text: Buffer }
  | { readonly kind: "part"; readonly part: BundlePart; readonly rows: number }
  | { readonly kind: "table"; readonly transcoder: Transcoder };

/**
 * COPY text that may wait, in bytes: as long as the database needs to answer, and no more than that. With four times as
 * much nothing was faster, and blocks grew old enough for V8 to keep 64 MB of them before it looked at them again.
 */
const AHEAD = 1024 * 1024;

/** @param open makes the transcoder of the table at this place in the manifest; every table has its turn, in order */
export function rowsAhead(bundle: OpenBundle, open: (index: number) => Transcoder): AsyncGenerator<Ahead> {
  return readAhead(transcoded(bundle, open), (item) => (item.kind === "text" ? item.text.length : 0), AHEAD);
}

async function* transcoded(bundle: OpenBundle, open: (index: number) => Transcoder): AsyncGenerator<Ahead> {
  const count = bundle.manifest.tables.length;
  let index = 0;
  let transcoder: Transcoder | null = null;
  const end = (): Ahead[] => {
    const ended = transcoder ?? open(index);
    const text = ended.end();
    transcoder = null;
    index++;
    return [
      ...(text.length > 0 ? [{ kind: "text" as const, text }] : []),
      { kind: "table", transcoder: ended },
    ];
  };
  for await (const part of bundle.parts()) {
    if (part.section === "reference") continue;
    while (index < part.ordinal - 1) yield* end();
    transcoder ??= open(index);
    transcoder.member(part.name);
    for await (const chunk of part.chunks)
      for (const text of transcoder.write(chunk)) yield { kind: "text", text };
    yield { kind: "part", part, rows: transcoder.rows };
  }
  while (index < count) yield* end();
}
