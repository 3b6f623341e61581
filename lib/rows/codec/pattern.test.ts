import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPatternMapper, parsePattern } from "./pattern.ts";

function mapperOf(pattern: string, change: (id: string, column: string) => string | null | undefined) {
  const parts = parsePattern(pattern);
  if (parts === null) throw new Error(`no pattern: ${pattern}`);
  const columns = parts.flatMap((part) => (part.kind === "placeholder" ? [part.column] : []));
  const view = Buffer.alloc(100);
  const mapper = createPatternMapper(
    parts,
    Object.fromEntries(
      columns.map((column) => [
        column,
        (id: Buffer) => {
          const value = change(id.toString(), column);
          // As an id map may: every result in the same bytes.
          return typeof value === "string" ? view.subarray(0, view.write(value)) : value;
        },
      ]),
    ),
  );
  return (text: string) => {
    const result = mapper(Buffer.from(text));
    return result instanceof Buffer ? result.toString() : result;
  };
}

const marked = (id: string, column: string) => `<${id} of ${column}>`;

describe("a pattern", () => {
  test.each([
    ["env:{p.id}:{e.id}:*", "env:17:42:NAME", "env:<17 of p.id>:<42 of e.id>:NAME"],
    ["env:{p.id}:{e.id}:*", "env:17:42:", "env:<17 of p.id>:<42 of e.id>:"],
    ["env:{p.id}:{e.id}:*", "env:17:42:a:b\nc", "env:<17 of p.id>:<42 of e.id>:a:b\nc"],
    [
      "orgs/{o.id}/*",
      "orgs/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11/x/é🙂",
      "orgs/<a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 of o.id>/x/é🙂",
    ],
    [
      "orgs/{o.id}/invoices/{i.id}.pdf",
      "orgs/1/invoices/inv_x.pdf",
      "orgs/<1 of o.id>/invoices/<inv_x of i.id>.pdf",
    ],
    ["{o.id}", "7", "<7 of o.id>"],
    ["*/{o.id}", "a/b/7", "a/b/<7 of o.id>"],
    ["a.b+({o.id})[x]", "a.b+(7)[x]", "a.b+(<7 of o.id>)[x]"],
    ["{o.id}-{o.id}", "7-8", "<7 of o.id>-<8 of o.id>"],
    ["{o.id}é*", "7é", "<7 of o.id>é"],
  ])("%s finds its ids in %s", (pattern, value, expected) => {
    expect(mapperOf(pattern, marked)(value)).toBe(expected);
  });

  test.each([
    ["env:{p.id}:{e.id}:*", "env:17"],
    ["env:{p.id}:{e.id}:*", "ENV:17:42:NAME"],
    ["env:{p.id}:{e.id}:*", "xenv:17:42:NAME"],
    ["env:{p.id}:{e.id}:*", "env::42:NAME"],
    ["orgs/{o.id}", "orgs/7/"],
    ["orgs/{o.id}", ""],
    ["axb{o.id}", "a.b7"],
  ])("%s leaves %s alone", (pattern, value) => {
    expect(mapperOf(pattern, marked)(value)).toBeUndefined();
  });

  test("keeps what its mapper keeps, and is nothing where an id is nothing", () => {
    const change = (id: string) => ({ a: "b", gone: null })[id];
    const map = mapperOf("{o.id}/{p.id}", change);
    expect(map("x/y")).toBeUndefined();
    expect(map("x/a")).toBe("x/b");
    expect(map("a/gone")).toBeNull();
  });

  test.each(["", "plain", "*", "{open", "a}b{o.id}", "{}", "{a{b}}"])("is not made of %j", (pattern) => {
    expect(parsePattern(pattern)).toBeNull();
  });

  test("changes nothing around any ids", () => {
    const id = fc
      .string({ unit: "binary", minLength: 1, maxLength: 30 })
      .filter((text) => !/[/:]/.test(text));
    fc.assert(
      fc.property(id, id, fc.string({ unit: "binary" }), (one, two, rest) => {
        const map = mapperOf("k/{a.id}:{b.id}/*", (old, column) =>
          column === "a.id" ? "A" : `${old.length}`,
        );
        expect(map(`k/${one}:${two}/${rest}`)).toBe(`k/A:${two.length}/${rest}`);
      }),
    );
  });
});
