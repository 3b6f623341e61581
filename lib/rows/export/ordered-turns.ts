/** Several readers, one file: parts of earlier tables are written before parts of later ones. */

export interface OrderedTurns {
  /** Runs `act` once every turn below `order` has ended; one at a time over all turns. */
  take<T>(order: number, act: () => Promise<T>): Promise<T>;
  /** One holder of this order has ended. */
  end(order: number): void;
  /** Wakes whoever waits, with the error: somebody else failed. */
  fail(error: unknown): void;
}

/** `orders`: the order of each holder; several may share one (the slices of a big table). */
export function orderedTurns(orders: readonly number[]): OrderedTurns {
  const open = new Map<number, number>();
  for (const order of orders) open.set(order, (open.get(order) ?? 0) + 1);
  let waiting: { order: number; go: () => void; stop: (error: unknown) => void }[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let failure: { error: unknown } | null = null;

  const first = () => Math.min(...open.keys());
  const wake = () => {
    const now = first();
    for (const waiter of waiting.filter(({ order }) => order <= now)) waiter.go();
    waiting = waiting.filter(({ order }) => order > now);
  };
  const turn = (order: number) =>
    order <= first()
      ? Promise.resolve()
      : new Promise<void>((go, stop) => {
          waiting.push({ order, go, stop });
        });

  return {
    async take(order, act) {
      if (failure !== null) throw failure.error;
      await turn(order);
      const result = last.then(act);
      last = result.catch(() => {});
      return result;
    },
    end(order) {
      const left = (open.get(order) ?? 0) - 1;
      if (left > 0) open.set(order, left);
      else open.delete(order);
      wake();
    },
    fail(error) {
      failure ??= { error };
      for (const waiter of waiting) waiter.stop(error);
      waiting = [];
    },
  };
}
