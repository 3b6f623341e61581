/** Writing a bundle while what an interrupted writer has left of it is still being read. */
import type { BundleSink } from "./store.ts";

/**
 * The same sink; what was left goes when the sink's user says that it reads no more of it, and at the latest when the
 * new one is whole or given up.
 */
export function beside(sink: BundleSink, removeLeft: () => Promise<void>): BundleSink {
  let removing: Promise<void> | null = null;
  const alone = () => {
    removing ??= removeLeft();
    return removing;
  };
  return {
    write: (chunk) => sink.write(chunk),
    alone,
    async commit() {
      const committed = await sink.commit();
      await alone();
      return committed;
    },
    async abort() {
      await sink.abort();
      await alone();
    },
  };
}
