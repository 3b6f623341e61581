/** A machine whose clock is wrong: this process's, while its databases have theirs. */

/** Runs with this process's clock so many milliseconds ahead; behind where that is negative. It goes on meanwhile. */
export async function withClockOff<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const Right = globalThis.Date;
  const now = () => Right.now() + milliseconds;
  globalThis.Date = new Proxy(Right, {
    construct: (target, given, self) => Reflect.construct(target, given.length === 0 ? [now()] : given, self),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = Right;
  }
}
