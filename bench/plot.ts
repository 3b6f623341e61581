/**
 * `node bench/plot.ts`: what `npm run bench` has left in var/bench/result.json as a picture for docs/performance.md,
 * time and memory against rows, both by powers of ten. Plain SVG, so that it is read in a diff.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RESULTS } from "./ground/server.ts";
import { median } from "./measure/rounds.ts";
import type { Verdict } from "./report.ts";

const PICTURE = fileURLToPath(new URL("../docs/pictures/performance.svg", import.meta.url));

interface Line {
  readonly title: string;
  readonly colour: string;
  readonly dashed: boolean;
  /** Rows and seconds (or megabytes), by rows. */
  readonly points: readonly (readonly [number, number])[];
}

/** What stands in the picture: ours drawn through, what it is held against dashed in the same colour. */
const TIMES = [
  { what: "export, zstd : two psql pipes", colour: "#0b57a4", ours: "export", peer: "two psql pipes" },
  {
    what: "import, kept ids : COPY of text",
    colour: "#9a3412",
    ours: "import, kept ids",
    peer: "COPY of text",
  },
  { what: "import, fresh ids : COPY of text", colour: "#6b21a8", ours: "import, fresh ids", peer: null },
  { what: "verify, uncompressed content", colour: "#166534", ours: "verify", peer: null },
  { what: "diff, bundle : live, equal : export", colour: "#854d0e", ours: "diff", peer: null },
] as const;

const MEMORY = [
  { what: "peak memory, export", colour: "#0b57a4", title: "export" },
  { what: "peak memory, import, kept ids", colour: "#9a3412", title: "import, kept ids" },
  { what: "peak memory, import, fresh ids", colour: "#6b21a8", title: "import, fresh ids" },
  { what: "peak memory, verification", colour: "#166534", title: "verify" },
  { what: "peak memory, comparison", colour: "#854d0e", title: "diff" },
] as const;

const SIZE = { width: 420, height: 300, left: 56, bottom: 40, top: 28, right: 12 };

function linesOf(verdicts: readonly Verdict[]): Line[] {
  return TIMES.flatMap(({ what, colour, ours, peer }) => {
    const of = verdicts.filter((verdict) => verdict.what === what).sort((a, b) => a.size - b.size);
    const points = (side: "ours" | "peer") =>
      of.map((verdict) => [verdict.size, median(verdict.rounds[side])] as const);
    const line = { title: ours, colour, dashed: false, points: points("ours") };
    return peer === null ? [line] : [line, { title: peer, colour, dashed: true, points: points("peer") }];
  }).filter(({ points }) => points.length > 0);
}

/** A verdict on memory holds the largest size, and says the smallest behind its peer. */
function memoryOf(verdicts: readonly Verdict[]): Line[] {
  return MEMORY.flatMap(({ what, colour, title }) =>
    verdicts
      .filter((verdict) => verdict.what === what)
      .map(({ size, rounds, peer }) => ({
        title,
        colour,
        dashed: false,
        points: [
          [Number(/ at (\d+) rows/.exec(peer)?.[1]), median(rounds.peer) / 1e6],
          [size, median(rounds.ours) / 1e6],
        ] as const,
      })),
  );
}

function chart(title: string, unit: string, lines: readonly Line[], from: number): string {
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const span = (values: readonly number[]) => {
    const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
    const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
    return [low, high === low ? low * 10 : high] as const;
  };
  const [x0, x1] = span(all.map(([rows]) => rows));
  const [y0, y1] = span(all.map(([, value]) => value));
  const { width, height, left, bottom, top, right } = SIZE;
  const part = (value: number, low: number, high: number) => Math.log10(value / low) / Math.log10(high / low);
  const x = (rows: number) => from + left + part(rows, x0, x1) * (width - left - right);
  const y = (value: number) => top + (1 - part(value, y0, y1)) * (height - top - bottom);
  const powers = (low: number, high: number) =>
    Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, at) => low * 10 ** at);
  const grid = [
    ...powers(x0, x1).map(
      (rows) =>
        `<line x1="${x(rows)}" x2="${x(rows)}" y1="${top}" y2="${height - bottom}" class="grid"/><text x="${x(rows)}" y="${height - bottom + 16}" text-anchor="middle">${short(rows)}</text>`,
    ),
    ...powers(y0, y1).map(
      (value) =>
        `<line x1="${from + left}" x2="${from + width - right}" y1="${y(value)}" y2="${y(value)}" class="grid"/><text x="${from + left - 6}" y="${y(value) + 4}" text-anchor="end">${value} ${unit}</text>`,
    ),
  ];
  const drawn = lines.map(({ colour, dashed, points }) => {
    const path = points.map(([rows, value]) => `${x(rows).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const dots = points.map(
      ([rows, value]) =>
        `<circle cx="${x(rows).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2.5" fill="${colour}"/>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"${dashed ? ' stroke-dasharray="4 3"' : ""}/>${dots.join("")}`;
  });
  return `<text x="${from + left}" y="16" class="title">${title}</text>${grid.join("")}<text x="${from + width - right}" y="${height - 6}" text-anchor="end">rows of the tenant</text>${drawn.join("")}`;
}

/** `10 k`, `1 M` */
function short(rows: number): string {
  return rows >= 1e6 ? `${rows / 1e6} M` : `${rows / 1e3} k`;
}

function legend(lines: readonly Line[]): string {
  return lines
    .map(({ title, colour, dashed }, at) => {
      const [x, y] = [SIZE.left + (at % 4) * 190, SIZE.height + 14 + Math.floor(at / 4) * 18];
      return `<line x1="${x}" x2="${x + 22}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-width="1.5"${dashed ? ' stroke-dasharray="4 3"' : ""}/><text x="${x + 28}" y="${y}">${title}</text>`;
    })
    .join("");
}

const { verdicts } = JSON.parse(readFileSync(join(RESULTS, "result.json"), "utf8")) as {
  readonly verdicts: readonly Verdict[];
};
const times = linesOf(verdicts);
const [width, height] = [2 * SIZE.width, SIZE.height + 60];
writeFileSync(
  PICTURE,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Time and peak memory against the rows of the tenant">
<style>text { font: 11px system-ui, sans-serif; fill: #333; } .title { font-weight: 600; font-size: 13px; } .grid { stroke: #ddd; }</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${chart("Time", "s", times, 0)}
${chart("Peak memory", "MB", memoryOf(verdicts), SIZE.width)}
${legend(times)}
</svg>
`,
);
process.stdout.write(`${PICTURE}\n`);
