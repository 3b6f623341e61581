/** What must hold before an import, each with the findings that close it. Pure. */
import type { Gate } from "../../engine/plan.ts";
import type { Finding } from "../../findings/finding.ts";

interface GateOf {
  readonly code: string;
  readonly title: string;
  readonly open: string;
  /** Whether a finding that blocks closes this gate. */
  readonly concerns: (code: string) => boolean;
}

const oneOf =
  (...codes: readonly string[]) =>
  (code: string) =>
    codes.includes(code);

const GATES: readonly GateOf[] = [
  {
    code: "seal-verified",
    title: "The bundle's seal is verified",
    open: "Every member was read and is the one that was sealed.",
    concerns: (code) => code.startsWith("bundle-"),
  },
  {
    code: "schema-equal",
    title: "The database has the bundle's schema",
    open: "The same migrations in the same order, and each table has the same shape.",
    concerns: (code) =>
      code.startsWith("ledger-") ||
      oneOf(
        "shape-differs",
        "table-missing",
        "table-not-in-bundle",
        "table-not-owned",
        "other-platform",
      )(code),
  },
  {
    code: "names-free",
    title: "Slug, key and domains are free",
    open: "No tenant of this database has them.",
    concerns: oneOf("slug-taken", "domain-taken", "tenant-exists", "unique-taken", "new-key-taken"),
  },
];

/** @param read whether the bundle was read to its end: a gate that nobody looked at is closed */
export function importGates(findings: readonly Finding[], read: boolean): Gate[] {
  const blocking = findings.filter(({ severity }) => severity === "blocks");
  return GATES.map(({ code, title, open, concerns }) => {
    const closing = blocking.filter((finding) => concerns(finding.code));
    const unseen = !read && closing.length === 0 && code !== "schema-equal";
    return {
      code,
      title,
      holds: closing.length === 0 && !unseen,
      detail:
        closing[0] !== undefined
          ? `${closing[0].what} ${closing[0].todo ?? ""}`.trim()
          : unseen
            ? "Not looked at: other findings stopped the plan before."
            : open,
    };
  });
}
