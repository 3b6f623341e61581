/** Pages that follow an operation, many at a time: how soon each of them hears of an event. */

interface OpenPage {
  /** Settles with the moment (performance.now) at which it had the event. */
  heard(eventId: number): Promise<number>;
  close(): Promise<void>;
}

export interface OpenPages {
  /** Milliseconds from `since` until each page had the event. */
  heard(eventId: number, since: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens them all, and waits until each shows how the operation stands. */
export async function openPages(url: string, cookie: string, howMany: number): Promise<OpenPages> {
  const pages = await Promise.all(Array.from({ length: howMany }, () => openPage(url, cookie)));
  return {
    heard: (eventId, since) => Promise.all(pages.map(async (page) => (await page.heard(eventId)) - since)),
    async close() {
      await Promise.all(pages.map((page) => page.close()));
    },
  };
}

async function openPage(url: string, cookie: string): Promise<OpenPage> {
  const leaving = new AbortController();
  const answer = await fetch(url, { headers: { Cookie: cookie }, signal: leaving.signal });
  if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${answer.status}`);
  const moments = new Map<number, number>();
  let look = () => {};
  let failed: unknown = null;
  let live = false;
  const reading = (async () => {
    let text = "";
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const end = text.lastIndexOf("\n\n");
      const frames = text.slice(0, Math.max(end, 0));
      if (end >= 0) text = text.slice(end + 2);
      for (const [, id] of frames.matchAll(/^id: (\d+)$/gm)) moments.set(Number(id), performance.now());
      live ||= frames.includes("event: live");
      look();
    }
    throw new Error("the console has ended a stream");
  })().catch((error: unknown) => {
    failed = error;
    look();
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        if (failed !== null) reject(failed);
        else if (holds()) resolve();
      };
      look();
    });
  await until(() => live);
  return {
    async heard(eventId) {
      await until(() => moments.has(eventId));
      return moments.get(eventId)!;
    },
    async close() {
      leaving.abort();
      await reading;
    },
  };
}
