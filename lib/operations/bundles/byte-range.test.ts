import { expect, it } from "vitest";
import { askedRange } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";

const ETAG = '"abc"';
const asked = (range: string | null, size = 100, ifRange: string | null = null) =>
  askedRange({ range, ifRange }, size, ETAG);

it.each([
  ["bytes=0-0", 0, 0],
  ["bytes=10-19", 10, 19],
  ["bytes=90-", 90, 99],
  ["bytes=90-500", 90, 99],
  ["bytes=-1", 99, 99],
  ["bytes=-500", 0, 99],
  ["Bytes= 5-6 ", 5, 6],
])("answers %s with a part", (range, start, end) => {
  expect(asked(range)).toEqual({ kind: "part", range: { start, end } });
});

it.each([
  null,
  "",
  "bytes=",
  "bytes=-",
  "bytes=20-10",
  "bytes=0-1,5-6",
  "rows=0-1",
  "bytes=a-b",
  "bytes=1.5-2",
])("answers %s with the whole file", (range) => {
  expect(asked(range)).toEqual({ kind: "whole" });
});

it("says where there is no such part", () => {
  for (const range of ["bytes=100-", "bytes=100-200", "bytes=-0"]) {
    expect(asked(range), range).toEqual({ kind: "unsatisfiable" });
  }
  expect(asked("bytes=0-", 0)).toEqual({ kind: "unsatisfiable" });
  expect(asked("bytes=-5", 0)).toEqual({ kind: "unsatisfiable" });
});

it("goes on only with the same file: by its tag, not by a time", () => {
  expect(asked("bytes=5-", 100, ETAG)).toMatchObject({ kind: "part" });
  for (const other of ['"abd"', 'W/"abc"', "Sat, 01 Feb 2025 00:00:00 GMT"]) {
    expect(asked("bytes=5-", 100, other), other).toEqual({ kind: "whole" });
  }
});

it("names a file for old readers and for new ones", () => {
  expect(contentDisposition("acme.tar.zst")).toBe(
    "attachment; filename=\"acme.tar.zst\"; filename*=UTF-8''acme.tar.zst",
  );
  expect(contentDisposition('Zoë "(1)"\r\n*.tar.gz')).toBe(
    "attachment; filename=\"Zo_ _(1)___*.tar.gz\"; filename*=UTF-8''Zo%C3%AB%20%22%281%29%22%0D%0A%2A.tar.gz",
  );
});
