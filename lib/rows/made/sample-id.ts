/** An id as an application would make it, the same every time: an import only makes fresh ones of those. */
import { createTextGenerator } from "../codec/generated-text.ts";

const LENGTHS: Readonly<Record<string, number>> = { ulid: 26, ksuid: 27, nanoid: 21 };

/**
 * @param generator as the platform file writes it: `cuid`, `inv_{base62:16}`
 * @param place another number for each row
 * @returns null where no such id is known
 */
export function sampleId(generator: string, place: number): string | null {
  // No alphabet leaves out these digits; base58 has no 0.
  const digits = String(place).replaceAll("0", "9");
  const shape = (text: string): string => {
    const [word = "", count] = text.split(":");
    if (word === "uuid") return `00000000-0000-4000-8000-${digits.padStart(12, "0")}`;
    if (word === "cuid") return `c${digits.padStart(24, "1")}`;
    if (word === "cuid2") return `a${digits.padStart(Number(count ?? 24) - 1, "1")}`;
    return digits.padStart(Number(count ?? LENGTHS[word] ?? 0), "1");
  };
  const text = generator.includes("{")
    ? generator.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => shape(name))
    : shape(generator);
  return createTextGenerator(generator)?.matches(text) ? text : null;
}
