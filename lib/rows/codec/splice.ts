/** A text with pieces replaced: everything between the pieces stays byte for byte. */

export interface Splice {
  /** Replaces `source[start, end)`; pieces come in order. `put` writes into `target` at `at`, at most `room` bytes. */
  replace(start: number, end: number, room: number, put: (target: Buffer, at: number) => number): void;
  /** The whole with its pieces replaced; undefined where there was none. */
  finish(): Buffer | undefined;
}

export function createSplice(source: Buffer): Splice {
  let target: Buffer | null = null;
  let at = 0;
  let copied = 0;

  /** Copies up to `end` and makes room for as much more and all that is left. */
  function advance(end: number, room: number): Buffer {
    const needed = at + (source.length - copied) + room;
    if (target === null || target.length < needed) {
      const larger = Buffer.allocUnsafe(target === null ? needed + 64 : needed * 2);
      target?.copy(larger, 0, 0, at);
      target = larger;
    }
    at += source.copy(target, at, copied, end);
    return target;
  }

  return {
    replace(start, end, room, put) {
      at = put(advance(start, room), at);
      copied = end;
    },
    finish() {
      if (target === null) return undefined;
      const whole = advance(source.length, 0);
      return whole.subarray(0, at);
    },
  };
}
