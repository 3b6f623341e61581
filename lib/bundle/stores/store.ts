/** Where bundles are kept. What a store keeps is whole: a crash leaves nothing that looks like a bundle. */

/** A bundle being written. Calls one at a time; after a failure only `abort` makes sense. */
export interface BundleSink {
  /** Appends; the chunk may be used again once this has resolved. */
  write(chunk: Buffer): Promise<void>;
  /** Makes it durable and visible under its name. Refuses (`store-name-taken`) to replace another. */
  commit(): Promise<{ bytes: number }>;
  /** Leaves nothing behind. May be called at any time, and again; does nothing after `commit`. */
  abort(): Promise<void>;
  /** Where it was created beside what an interrupted writer has left: that is not read any more, and goes. */
  alone?(): Promise<void>;
}

export interface CreateOptions {
  /** Whether `unfinished` is to find it where its writer dies; some stores find it in any case. */
  readonly findable?: boolean;
  /** The name of what `unfinished` has given, which is still being read: of all that was left it alone stays. */
  readonly beside?: string;
}

/** A bundle to read from: of fixed length, at any position, as often as one likes. Close it when done. */
export interface BundleSource {
  /** What findings and pages call it: the file's own name, without its folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The age identities that may open it, asked for only where it is encrypted. Secrets. */
  readonly identities?: () => Promise<readonly string[]>;
  /** Bytes at this position; fewer where the file ends before. */
  read(position: number, length: number): Promise<Buffer>;
  /** The bytes from `from` up to `to` (default: all) in chunks of a bounded size, with backpressure. */
  stream(from?: number, to?: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

export interface StoredBundle {
  readonly name: string;
  readonly bytes: number;
  readonly storedAt: Date;
}

export interface BundleStore {
  /** Where its files lie, as the region rules of platform files call it; null where nobody has said so. */
  readonly region: string | null;
  create(name: string, options?: CreateOptions): Promise<BundleSink>;
  /** Refuses `store-missing`. */
  open(name: string): Promise<BundleSource>;
  /** Bytes that can still be written; null where the store cannot tell. */
  room(): Promise<number | null>;
  /** Whole bundles only, by name. */
  list(): Promise<StoredBundle[]>;
  /** True when there was one to remove. */
  remove(name: string): Promise<boolean>;
  /**
   * What an interrupted writer of this bundle has left, as far as it came: nothing that looks like a bundle, and
   * proved by nothing. Null where there is none; left out where the store keeps none. `create` removes it, unless it
   * is told that it is still read.
   */
  unfinished?(name: string): Promise<BundleSource | null>;
  /** Removes what a writer of this bundle has left that did not come to its end; only once there is none any more. */
  discard(name: string): Promise<void>;
}

/** Runs one side effect; tests end the process before or after it, so each has a name of its own. */
export type SideEffect = <Result>(name: string, effect: () => Promise<Result>) => Promise<Result>;

/** The ordinary way: just do it. */
export const plainly: SideEffect = (_name, effect) => effect();
