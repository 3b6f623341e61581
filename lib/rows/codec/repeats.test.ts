import fc from "fast-check";
import { expect, test } from "vitest";
import { createRepeats } from "./repeats.ts";

test("a value is known when it is the one before, whatever buffer it comes in", () => {
  const value = fc.oneof(fc.constantFrom("", "a", "ab", "b"), fc.string({ minLength: 60, maxLength: 70 }));
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const repeats = createRepeats();
      const reused = Buffer.alloc(400);
      const said = values.map((text) => repeats(reused.subarray(0, reused.write(text))));
      const isShort = (text: string) => Buffer.byteLength(text) <= 64;
      expect(said).toEqual(values.map((text, at) => at > 0 && text === values[at - 1] && isShort(text)));
    }),
  );
});
