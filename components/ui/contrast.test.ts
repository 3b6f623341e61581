import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
const TOKENS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1] as string,
    { light: match[2] as string, dark: match[3] as string },
  ]),
);

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["ground", "surface", "sunken"];
const STATUSES = ["ok", "warn", "bad", "live"];
/** Text on what it may stand on: 4.5 to 1 (1.4.3). */
const TEXT = [
  ...["ink", "ink-soft", "accent", ...STATUSES].flatMap((text) => GROUNDS.map((on) => [text, on] as const)),
  ...STATUSES.flatMap((text) => [
    [text, `${text}-soft`] as const,
    ["ink", `${text}-soft`] as const,
    ["ink-soft", `${text}-soft`] as const,
    ["accent", `${text}-soft`] as const,
  ]),
  ["ink", "accent-soft"],
  ["ink-soft", "accent-soft"],
  ["accent-ink", "accent"],
  ["bad-ink", "bad"],
] as const;
/** The edges of controls, and the focus: 3 to 1 (1.4.11). */
const EDGES = ["line-strong", "accent"].flatMap((edge) => GROUNDS.map((on) => [edge, on] as const));

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  const between = (one: string, other: string) =>
    contrast(TOKENS.get(one)?.[theme] ?? "missing", TOKENS.get(other)?.[theme] ?? "missing");

  it.each(TEXT)("can read %s on %s", (text, on) => {
    expect(between(text, on)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(EDGES)("can tell the edge %s from %s", (edge, on) => {
    expect(between(edge, on)).toBeGreaterThanOrEqual(3);
  });
});

it("computes what the recommendation does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 1);
});
