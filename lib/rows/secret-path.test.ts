import { expect, it } from "vitest";
import { parseKeyPath, tryParseKeyPath } from "./secret-path.ts";

it.each([
  ["$.clientSecret", ["clientSecret"]],
  ["$.oauth.secret-key", ["oauth", "secret-key"]],
  ["$['odd key'].a", ["odd key", "a"]],
  ["$['it\\'s'][ 'x']", null],
  ["$['it\\'s']['b\\\\s']", ["it's", "b\\s"]],
  ["$['a.b']", ["a.b"]],
])("%s leads through keys", (path, keys) => {
  expect(tryParseKeyPath(path)).toEqual(keys);
});

it.each(["", "$", "clientSecret", "$.a[*].b", "$[0]", "$.", "$.a..b", "$['open"])(
  "%j is no path of keys",
  (path) => {
    expect(tryParseKeyPath(path)).toBeNull();
    expect(() => parseKeyPath(path)).toThrow("not a path of keys");
  },
);
