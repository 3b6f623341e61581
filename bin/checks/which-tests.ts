/** Which of the two kinds of tests the arguments of `npm test` ask for. */

export interface Wanted {
  /** Arguments for vitest; null where none of its tests is asked for. */
  readonly vitest: readonly string[] | null;
  /** Arguments for Playwright; null likewise. */
  readonly endToEnd: readonly string[] | null;
}

/** Files below e2e/ are Playwright's, all others vitest's; options go where a file of that kind is named, else to vitest. */
export function whichTests(args: readonly string[]): Wanted {
  if (args.length === 0) return { vitest: [], endToEnd: [] };
  const browser = args.filter((arg) => /^(\.\/)?e2e(\/|$)|\.spec\.ts(:\d+)?$/.test(arg));
  const rest = args.filter((arg) => !browser.includes(arg));
  if (browser.length === 0) return { vitest: rest, endToEnd: null };
  if (rest.length === 0 || rest[0]!.startsWith("-")) return { vitest: null, endToEnd: args };
  return { vitest: rest, endToEnd: browser };
}
