import { formatBytes, formatCount, formatDuration, formatRows, UNKNOWN } from "./quantities.ts";

/** What nobody has measured is shown as unknown, never as nothing. */
function Unknown() {
  return (
    <span className="text-ink-soft">
      <span aria-hidden>{UNKNOWN}</span>
      <span className="sr-only">unknown</span>
    </span>
  );
}

export function Rows({
  value,
  bare = false,
}: {
  readonly value: number | null | undefined;
  readonly bare?: boolean;
}) {
  if (value === null || value === undefined) return <Unknown />;
  return <span className="whitespace-nowrap">{bare ? formatCount(value) : formatRows(value)}</span>;
}

export function Bytes({ value }: { readonly value: number | null | undefined }) {
  if (value === null || value === undefined) return <Unknown />;
  return (
    <span className="whitespace-nowrap" title={`${formatCount(value)} bytes`}>
      {formatBytes(value)}
    </span>
  );
}

export function Duration({ seconds }: { readonly seconds: number | null | undefined }) {
  if (seconds === null || seconds === undefined) return <Unknown />;
  return <span className="whitespace-nowrap">{formatDuration(seconds)}</span>;
}
