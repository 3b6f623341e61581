import { expect, it } from "vitest";
import { fromOwnPage } from "./same-origin.ts";

const OWN = { host: "console.example:3000", origin: "http://console.example:3000" };
const from = (headers: Record<string, string>) => fromOwnPage(new Headers(headers));

it("knows a form of the console's own page, behind a proxy too", () => {
  expect(from(OWN)).toBe(true);
  expect(from({ ...OWN, "sec-fetch-site": "same-origin" })).toBe(true);
  const proxied = { host: "10.0.0.7:3000", "x-forwarded-host": "console.example" };
  expect(from({ ...proxied, origin: "https://console.example" })).toBe(true);
});

it.each<[string, Record<string, string>]>([
  ["another site", { ...OWN, origin: "https://evil.example" }],
  ["another port", { ...OWN, origin: "http://console.example:3001" }],
  ["a sandboxed frame", { ...OWN, origin: "null" }],
  ["nobody", { host: OWN.host }],
  ["a sister site by the browser's word", { ...OWN, "sec-fetch-site": "same-site" }],
  ["a page in another tab by the browser's word", { ...OWN, "sec-fetch-site": "cross-site" }],
])("refuses a form of %s", (_who, headers) => {
  expect(from(headers)).toBe(false);
});
