/** Lets whoever makes items work on while whoever takes them is busy with something else. */

/**
 * The source's items in order. It is read at once and goes on being read until items of `limit` together wait to be
 * taken; its failure comes behind the items that it gave before. Ending early ends the source too.
 */
export async function* readAhead<Item>(
  source: AsyncIterable<Item>,
  sizeOf: (item: Item) => number,
  limit: number,
): AsyncGenerator<Item, void, void> {
  const waiting: Item[] = [];
  let size = 0;
  let ended = false;
  let stopped = false;
  let failure: { error: unknown } | null = null;
  let wakeTaker = () => {};
  let wakeReader = () => {};

  async function read(): Promise<void> {
    try {
      for await (const item of source) {
        waiting.push(item);
        size += sizeOf(item);
        wakeTaker();
        while (size >= limit && !stopped) await new Promise<void>((resolve) => (wakeReader = resolve));
        if (stopped) return;
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      wakeTaker();
    }
  }

  const reading = read();
  try {
    for (;;) {
      const item = waiting.shift();
      if (item !== undefined) {
        size -= sizeOf(item);
        wakeReader();
        yield item;
      } else if (ended) {
        if (failure !== null) throw (failure as { error: unknown }).error;
        return;
      } else {
        await new Promise<void>((resolve) => (wakeTaker = resolve));
      }
    }
  } finally {
    stopped = true;
    wakeReader();
    await reading;
  }
}
