/** One delete as a picture: how long each batch took, and what a writer on another tenant got done meanwhile. Pure. */
import type { Written } from "../measure/paced-writer.ts";
import type { TimedBatch } from "../workers/delete.ts";

const SIZE = { width: 840, height: 260, left: 56, right: 56, top: 28, bottom: 34 };

/** @param offset seconds of the writer's clock at which the delete's begins */
export function deletePlot(
  batches: readonly TimedBatch[],
  offset: number,
  slices: Written["slices"],
  target: number,
): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const end = Math.max(offset + (batches.at(-1)?.at ?? 0), slices.at(-1)?.at ?? 0, 1);
  const slowest = Math.max(target * 1.5, ...batches.map(({ milliseconds }) => milliseconds));
  const most = Math.max(1, ...slices.map(({ transactions }) => transactions));
  const x = (seconds: number) => left + (seconds / end) * (width - left - right);
  const y = (part: number) => top + (1 - part) * (height - top - bottom);
  const dots = batches.map(
    ({ at, milliseconds, throttle }) =>
      `<circle cx="${x(offset + at).toFixed(1)}" cy="${y(milliseconds / slowest).toFixed(1)}" r="2" fill="${throttle === null ? "#0b57a4" : "#b45309"}"/>`,
  );
  const line = slices
    .map(({ at, transactions }) => `${x(at).toFixed(1)},${y(transactions / most).toFixed(1)}`)
    .join(" ");
  const limit = y(target / slowest).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Batches of a delete, and a writer beside it">
<style>text { font: 11px system-ui, sans-serif; fill: #333; }</style>
<rect width="${width}" height="${height}" fill="#fff"/>
<line x1="${left}" x2="${width - right}" y1="${limit}" y2="${limit}" stroke="#999" stroke-dasharray="4 3"/>
<text x="${left - 6}" y="${limit}" text-anchor="end">${target} ms</text>
<text x="${left - 6}" y="${y(1) + 4}" text-anchor="end">${Math.round(slowest)} ms</text>
<text x="${width - right + 6}" y="${y(1) + 4}">${most * 2}/s</text>
<polyline points="${line}" fill="none" stroke="#166534" stroke-width="1.5"/>
${dots.join("")}
<text x="${left}" y="16">a batch's time (left), the writer's transactions a second (right, green)</text>
<text x="${width - right}" y="${height - 8}" text-anchor="end">${end.toFixed(0)} s</text>
</svg>
`;
}
