import { expect, it } from "vitest";
import { inRestoreWords, restoredDiffers } from "./findings.ts";

it("offers no other name to a tenant that comes back as what it was", () => {
  const taken = { severity: "blocks", where: "public.orgs", what: "x", todo: "Use --new-slug." } as const;
  for (const code of ["slug-taken", "domain-taken", "tenant-exists"])
    expect(inRestoreWords([{ ...taken, code }])[0]!.todo).not.toContain("--");
  expect(inRestoreWords([{ ...taken, code: "shape-differs" }])[0]!.todo).toBe("Use --new-slug.");
});

it("says of rows that differ after a restore what to do with a tenant that is there", () => {
  const differs = {
    severity: "blocks",
    where: "public.orgs",
    what: "x",
    code: "rows-differ",
    count: 2,
  } as const;
  expect(restoredDiffers([differs, { ...differs, severity: "notes" }])).toMatchObject([
    { code: "restored-differs", where: "public.orgs", count: 2 },
  ]);
});
