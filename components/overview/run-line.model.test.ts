import { expect, it } from "vitest";
import { progressInWords } from "./run-line.model.ts";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const progress = { phase: "rows", table: null, rows: 31_002, bytes: 9_000_000, totalRows: 48_211 };

it("says how much of the whole is done, or how much without a whole", () => {
  expect(plain(progressInWords(progress))).toBe("rows · 31 002 of 48 211 rows · 64 %");
  expect(plain(progressInWords({ ...progress, totalRows: null }))).toBe("rows · 31 002 rows · 8.58 MiB");
});

it("says that nothing has been reported", () => {
  expect(progressInWords(null)).toBe("no progress reported yet");
});
