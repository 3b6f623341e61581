import { z } from "zod";

/** `20240513120000: only fills a cache`, one a line; also as pairs. */
const skips = z.preprocess(
  (value) => (typeof value === "string" ? linesOf(value) : (value ?? {})),
  z.record(
    z.string().min(1).max(200),
    z.string("Say why it is skipped: version: reason.").trim().min(1).max(1000),
  ),
);

const names = z.preprocess(
  (value) =>
    typeof value === "string" ? value.split(/[\s,]+/).filter((part) => part !== "") : (value ?? []),
  z.array(z.string().min(1).max(63)).max(20),
);

/** Which bundle, and how far: the operation's database is what it is to fit, unless the folder's newest is wanted. */
export const upgradeInput = z.strictObject({
  bundleId: z.uuid("Name the bundle."),
  target: z.preprocess(
    (value) => (value === "" || value == null ? "database" : value),
    z.enum(["database", "newest"]),
  ),
  /** Migrations that are not run, each with the reason. */
  skip: skips,
  /** Roles that migrations name and none of them makes. */
  roles: names,
});

export type UpgradeInput = z.output<typeof upgradeInput>;

function linesOf(text: string): Record<string, string | undefined> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":");
      return at === -1 ? [line.trim(), undefined] : [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
