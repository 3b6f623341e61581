import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkFloors } from "./floors.ts";

/** A rule, a file, what it says, and what it may not import. */
const PLANTED: readonly (readonly [
  what: string,
  rule: string,
  file: string,
  text: string,
  imported: string,
])[] = [
  [
    "a value from above",
    "floor-of-postgres",
    "lib/postgres/a.ts",
    'export { value } from "../rows/b.ts";',
    "lib/rows/b.ts",
  ],
  [
    "a type from above",
    "floor-of-ledger",
    "lib/ledger/a.ts",
    'import type { Value } from "../rows/b.ts";\nexport type A = Value;',
    "lib/rows/b.ts",
  ],
  [
    "a value from a room next door",
    "floor-of-tenancy",
    "lib/tenancy/a.ts",
    'export { value } from "../bundle/b.ts";',
    "lib/bundle/b.ts",
  ],
  [
    "a file imported while running",
    "floor-of-catalog",
    "lib/catalog/a.ts",
    'export const a = await import("../rows/b.ts");',
    "lib/rows/b.ts",
  ],
  [
    "a command from the library",
    "library-below-all",
    "lib/rows/a.ts",
    'export { value } from "../../bin/b.ts";',
    "bin/b.ts",
  ],
  [
    "an example from the library",
    "library-knows-no-example",
    "lib/rows/a.ts",
    'export { value } from "../../examples/b.ts";',
    "examples/b.ts",
  ],
  [
    "a command from an example",
    "examples-on-library",
    "examples/a.ts",
    'export { value } from "../bin/b.ts";',
    "bin/b.ts",
  ],
  [
    "test support outside of tests",
    "tests-stay-tests",
    "lib/rows/a.ts",
    'export { value } from "../testing/b.ts";',
    "lib/testing/b.ts",
  ],
  [
    "a room without a floor",
    "known-rooms",
    "bin/a.ts",
    'export { value } from "../lib/attic/b.ts";',
    "lib/attic/b.ts",
  ],
];

describe("the floors check", () => {
  let house: string;
  beforeEach(() => {
    house = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-house-"));
  });
  afterEach(() => rmSync(house, { recursive: true }));

  const plant = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, file), text);
    }
    return checkFloors(house);
  };
  const value = "export const value: number = 1;\n";
  const type = "export interface Value { readonly value: number }\n";

  it("passes a house in which imports run downward only", async () => {
    const check = await plant({
      "lib/findings/finding.ts": value,
      "lib/postgres/names.ts":
        'import { value } from "../findings/finding.ts";\nexport const name = value;\n',
      "lib/rows/rows.ts": 'export { name } from "../postgres/names.ts";\n',
      "lib/rows/rows.test.ts": 'import "../testing/database.ts";\n',
      "lib/testing/database.ts": 'export { name } from "../postgres/names.ts";\n',
      "bin/tenantry.ts": 'export { name } from "../lib/rows/rows.ts";\n',
    });
    expect(check).toEqual({ name: "floors", passed: true, output: "" });
  });

  it("reads files with elements too, and finds what they import from where they may not", async () => {
    const check = await plant({
      "lib/findings/finding.ts": value,
      "lib/rows/row.tsx":
        'import { value } from "../queries/page.ts";\nexport const Row = () => <p title="x">{value}</p>;\n',
      "lib/queries/page.ts": value,
    });
    expect(check.passed).toBe(false);
    expect(check.output).toBe("floor-of-rows: lib/rows/row.tsx → lib/queries/page.ts");
  });

  // All in one house: a look at one takes a second.
  it("fails on each import that leads where it may not", async () => {
    const house = PLANTED.map(([what, rule, file, text, imported], at) => {
      const own = (path: string) => path.replace(".ts", `${at}.ts`);
      const target = imported.split("/").at(-1)!;
      return {
        what,
        rule,
        file: own(file),
        text: text.replace(target, own(target)),
        imported: own(imported),
      };
    });
    const files = house.flatMap(({ file, text, imported }) => [
      [file, text],
      [imported, value + type],
    ]);
    const check = await plant(Object.fromEntries(files));
    expect(check.passed).toBe(false);
    for (const { what, rule, file, imported } of house)
      expect(check.output, what).toContain(`${rule}: ${file} → ${imported}`);
  });

  it("fails on a circle within a room, even one of types only", async () => {
    const check = await plant({
      "lib/rows/a.ts": 'import type { B } from "./b.ts";\nexport interface A { readonly b: B }\n',
      "lib/rows/b.ts": 'import type { A } from "./a.ts";\nexport interface B { readonly a: A }\n',
    });
    expect(check.passed).toBe(false);
    expect(check.output).toContain("no-circles");
  });

  it("fails on an import that leads nowhere", async () => {
    const check = await plant({ "lib/rows/a.ts": 'export { value } from "./gone.ts";\n' });
    expect(check.output).toContain("resolvable: lib/rows/a.ts");
  });

  it("fails where there is nothing to look at", async () => {
    mkdirSync(join(house, "lib"));
    expect((await checkFloors(house)).output).toBe("There is no file to check.");
  });
});
