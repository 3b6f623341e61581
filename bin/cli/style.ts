/** How a stream wants its text: how wide, and whether it shows colours. */
export interface Style {
  /** Columns to break prose at. */
  readonly width: number;
  /** Columns that a table's line may take; unbounded where nobody looks at a screen. */
  readonly tableWidth: number;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
}

/** Prose wider than this is hard to read, however wide the terminal. */
const MOST = 100;
const LEAST = 40;

/** Colours only on a terminal that can show them, and never with NO_COLOR (no-color.org). */
export function styleOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Style {
  const terminal = stream.isTTY === true;
  const columns = terminal ? Math.max(stream.columns || 80, LEAST) : MOST;
  const coloured = terminal && !env.NO_COLOR && env.TERM !== "dumb";
  const paint = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    width: Math.min(columns, MOST),
    tableWidth: terminal ? columns : Number.POSITIVE_INFINITY,
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    yellow: paint(33),
    green: paint(32),
  };
}
