/** How a reference's `pattern` is cut: `env:{public.projects.id}:*`. Names are quoted where SQL would quote them. Pure. */

/** What stands in quotes is a name, whatever it holds: `{"app_{slug}".projects.id}` names one column. */
const PLACEHOLDER = String.raw`\{(?:"(?:[^"]|"")*"|[^{}"])+\}`;
const PARTS = new RegExp(String.raw`(${PLACEHOLDER}|\*)`);
const WHOLE = new RegExp(`^${PLACEHOLDER}$`);

/** Placeholders, stars and what stands between them, in their order. */
export function splitPattern(pattern: string): string[] {
  return pattern.split(PARTS).filter((part) => part !== "");
}

/** The column that a part names, as it is written; null where it is no placeholder. */
export function placeholderOf(part: string): string | null {
  return WHOLE.test(part) ? part.slice(1, -1).trim() : null;
}
