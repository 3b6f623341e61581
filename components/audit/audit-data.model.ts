/** The facts of an entry as short texts: `role: admin`, `version: 3`. Pure. */

/** Longer ones are cut: the export has them whole. */
const LONGEST = 160;

export function dataFacts(data: unknown): readonly string[] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `${name}: ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
    });
}
