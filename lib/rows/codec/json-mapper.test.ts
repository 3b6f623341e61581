import fc from "fast-check";
import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import { createJsonMapper } from "./json-mapper.ts";
import { type PathStep, parseJsonPath } from "./json-path.ts";
import { MALFORMED } from "./malformed.ts";

let client: pg.Client;

beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
});

function pathOf(text: string): PathStep[] {
  const path = parseJsonPath(text);
  if (path === null) throw new Error(`no path: ${text}`);
  return path;
}

/** Maps by a function on text; the ids that it saw beside the result. */
function map(
  text: string,
  paths: string[],
  change: (id: string) => string | null | undefined = () => undefined,
) {
  const seen: string[] = [];
  const mapper = createJsonMapper(
    paths.map((path) => ({
      path: pathOf(path),
      map: (id) => {
        seen.push(id.toString());
        const value = change(id.toString());
        return typeof value === "string" ? Buffer.from(value) : value;
      },
    })),
  );
  const result = mapper(Buffer.from(text));
  return { seen, result: result === MALFORMED ? "malformed" : result?.toString() };
}

test.each([
  ["$", []],
  ["$.a", [{ key: "a" }]],
  ["$.items[*].projectId", [{ key: "items" }, "every", { key: "projectId" }]],
  ["$['odd key'].x", [{ key: "odd key" }, { key: "x" }]],
  ["$['it\\'s \\\\']", [{ key: "it's \\" }]],
  ["$[*][*]", ["every", "every"]],
  ["$.größe-2", [{ key: "größe-2" }]],
])("the path %s has its steps", (path, steps) => {
  expect(parseJsonPath(path)).toEqual(steps);
});

test.each(["", "a", "a.b", "$.", "$..a", "$.a b", "$[", "$[0]", "$['a", "$.a[*", "$ .a", "$.1"])(
  "%s is no path",
  (path) => {
    expect(parseJsonPath(path)).toBeNull();
  },
);

describe("values at a path", () => {
  test.each([
    ['{"a": {"b": "x"}, "b": "y"}', ["$.a.b"], ["x"]],
    ['{"a": 12345678901234567890.10}', ["$.a"], ["12345678901234567890.10"]],
    ['{"a":-1e5}', ["$.a"], ["-1e5"]],
    ['{"a": true, "b": null}', ["$.a", "$.b"], []],
    ['{"items": [{"id": "x"}, {"id": 2}, {}, 7, {"id": ["no"]}]}', ["$.items[*].id"], ["x", "2"]],
    ['{"a": "x", "a" : "y"}', ["$.a"], ["x", "y"]],
    ['{"odd key": "x"}', ["$['odd key']"], ["x"]],
    ['{"\\u0061\\"\\/": "x"}', ["$['a\"/']"], ["x"]],
    ['["x", ["y"], "z"]', ["$[*]"], ["x", "z"]],
    ['["x", ["y"], "z"]', ["$[*][*]"], ["x", "y", "z"]],
    ['"x"', ["$"], ["x"]],
    ['"x"', ["$[*]"], ["x"]],
    ['[{"a": "x"}, [{"a": "y"}], {"a": "z"}]', ["$.a"], ["x", "z"]],
    ['{"a": ["x", "y"]}', ["$.a"], []],
    ['{"a": {"b": "x"}}', ["$.a", "$.a.b"], ["x"]],
    ['{"a": "\\u00e9\\ud83d\\ude42\\n\\\\"}', ["$.a"], ["é🙂\n\\"]],
    ['{"a": "\\u0000", "a": "\\ud83d"}', ["$.a"], []],
  ])("of %s by %j are found", (text, paths, seen) => {
    expect(map(text, paths)).toEqual({ seen, result: undefined });
  });

  test("are replaced in place and nothing else is", () => {
    const text = ' {"ids" : [ 1,\n\t"two" , 3.0 ],"ids":[4], "other":{ "ids":[1] }, "note":"1 \\u0041"} ';
    const change = (id: string) => ({ "1": "100", two: 'q"\\\n', "3.0": null, "4": "4" })[id];
    expect(map(text, ["$.ids[*]"], change).result).toBe(
      ' {"ids" : [ 100,\n\t"q\\"\\\\\\n" , null ],"ids":[4], "other":{ "ids":[1] }, "note":"1 \\u0041"} ',
    );
  });

  test("are mapped once where two paths meet", () => {
    expect(map('{"a": "x"}', ["$.a", "$['a']"], (id) => `${id}!`).result).toBe('{"a": "x!"}');
  });

  test("cost no recursion where no path leads", () => {
    const deep = `${"[".repeat(200_000)}1${"]".repeat(200_000)}`;
    expect(map(`{"deep": ${deep}, "a": "x"}`, ["$.a"], () => "y").result).toBe(`{"deep": ${deep}, "a": "y"}`);
  });
});

test.each([
  "",
  "{",
  '{"a"',
  '{"a":',
  '{"a":"x',
  '{"a":"x"',
  '{"a":"x"}}',
  "[1",
  "[1,",
  "[1 2]",
  '{"b" 1}',
  "]",
  ",",
  "{]",
])("%s is malformed", (text) => {
  expect(map(text, ["$.a", "$[*]"]).result).toBe("malformed");
});

const key = fc.constantFrom("a", "b", "odd key", "größe");
const scalar = fc.oneof(
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 4 }),
  ),
}));
const step = fc.oneof(
  key.map((name) => `['${name}']`),
  fc.constant("[*]"),
);

test("finds what the database finds by the same path, and changes only that", async () => {
  const path = fc.array(step, { maxLength: 4 }).map((steps) => `$${steps.join("")}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(json, path), { minLength: 20, maxLength: 40 }), async (cases) => {
      const texts = cases.map(([value]) => JSON.stringify(value).replaceAll("\\u0000", ""));
      const paths = cases.map(([, one]) => `lax ${one.replaceAll(/\['(.*?)'\]/g, '."$1"')}`);
      const { rows } = await client.query<{ text: string; found: string[] }>(
        `SELECT j::text AS text, ARRAY(SELECT v #>> '{}' FROM jsonb_path_query(j, p) WITH ORDINALITY q(v, n)
           WHERE jsonb_typeof(v) IN ('string', 'number') ORDER BY n) AS found
         FROM ROWS FROM (unnest($1::jsonb[]), unnest($2::jsonpath[])) u(j, p)`,
        [texts, paths],
      );
      for (const [i, { text, found }] of rows.entries()) {
        const one = cases[i]?.[1] ?? "$";
        expect(map(text, [one]).seen).toEqual(found);
        const same = map(text, [one], (id) => id).result;
        if (found.length > 0) expect(JSON.parse(same ?? "")).toEqual(JSON.parse(text));
      }
    }),
    { numRuns: 30 },
  );
});
