/** Work on several items at once whose results keep the items' order. */

/**
 * Maps `items`, at most `width` of them at work while the consumer has one in hand. Where `items` fail, what came before is
 * given first. Ends the work that was begun before it returns or throws.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  const running: Promise<Result>[] = [];
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const next of told(items)) {
      if ("error" in next) {
        failure = next;
        break;
      }
      const result = work(next.item);
      // Its failure is told when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= width) yield await (running.shift() as Promise<Result>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<Result>);
    if (failure !== null) throw failure.error;
  } finally {
    await Promise.allSettled(running);
  }
}

/** The items, and as the last thing what kept more of them from coming. */
async function* told<Item>(
  items: AsyncIterable<Item>,
): AsyncGenerator<{ readonly item: Item } | { readonly error: unknown }, void, void> {
  try {
    for await (const item of items) yield { item };
  } catch (error) {
    yield { error };
  }
}

export interface OrderedQueue<Item> {
  /** Begins the work; resolves when fewer than `width` items are under way. Throws the first failure. */
  push(item: Item): Promise<void>;
  /** Resolves when all has been delivered. Throws the first failure. */
  finish(): Promise<void>;
}

/** Pushed items are worked on at most `width` at a time; results are delivered one by one in the pushed order. */
export function createOrderedQueue<Item, Result>(
  width: number,
  work: (item: Item) => Promise<Result>,
  deliver: (result: Result) => Promise<void>,
): OrderedQueue<Item> {
  const underWay: Promise<void>[] = [];
  let lastDelivery: Promise<void> = Promise.resolve();
  return {
    async push(item) {
      while (underWay.length >= width) await underWay.shift();
      const delivery = Promise.all([work(item), lastDelivery]).then(([result]) => deliver(result));
      delivery.catch(() => undefined);
      lastDelivery = delivery;
      underWay.push(delivery);
    },
    finish: () => lastDelivery,
  };
}
