/** Numbers as people read them: thin spaces between thousands, binary units, times in parts. */

/** U+2009, which no terminal takes for a column. */
const THIN_SPACE = "\u2009";

/** `12 345`, with thin spaces. */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** `1 row`, `12 345 rows`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** `812 bytes`, `1.4 MiB`. */
export function bytes(number: number): string {
  let value = number;
  let unit = 0;
  // 1023.95 would be rounded to "1024.0".
  for (; unit < UNITS.length - 1 && value >= 1023.95; unit++) value /= 1024;
  return `${unit === 0 ? count(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `40 ms`, `2.3 s`, `3 m 12 s`, `2 h 5 m`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} m`;
}

/** The first words of a list and how many more there are: `a, b, c and 4 more`. */
export function some(words: readonly string[], most = 3): string {
  if (words.length <= most + 1) return words.join(", ");
  return `${words.slice(0, most).join(", ")} and ${count(words.length - most)} more`;
}
