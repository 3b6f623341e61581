import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { links, withQuery } from "./links.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCES = globSync("{app,components}/**/*.{ts,tsx}", { cwd: ROOT }).filter(
  (file) => !/\.test\.tsx?$/.test(file) && file !== "components/links.ts",
);

/** An address as a literal where one is followed: `href="/…"`, `action={`/…`}`, `redirect("/…")`, `push("/…")`, `fetch("/…")`. */
const BY_HAND =
  /(?:href|action|formAction)=\{?["'`]\/|\b(?:redirect|push|replace|fetch|permanentRedirect)\(\s*["'`]\/|\bhref:\s*["'`]\//;

/** The lines of a source that build an address by hand. */
function builtByHand(text: string): string[] {
  return text.split("\n").filter((line) => BY_HAND.test(line));
}

it("builds each address, with what is typed by people encoded", () => {
  expect(links.overview()).toBe("/");
  expect(links.tenant("har bor", "a/b?c")).toBe("/platforms/har%20bor/tenants/a%2Fb%3Fc");
  expect(links.tenant("harbor", "1", { database: "eu-1" })).toBe("/platforms/harbor/tenants/1?database=eu-1");
  expect(links.newOperation({ kind: "export", database: "d", tenant: "t" })).toBe(
    "/operations/new?kind=export&database=d&tenant=t",
  );
  expect(links.signIn({ next: "/operations?page=2" })).toBe("/sign-in?next=%2Foperations%3Fpage%3D2");
});

it("leaves out of an address what says nothing", () => {
  expect(withQuery("/x", { a: undefined, b: null, c: "", d: false, e: 0, f: "y z" })).toBe("/x?e=0&f=y+z");
  expect(withQuery("/x")).toBe("/x");
});

it("finds an address that is built by hand, in each of its forms", () => {
  for (const line of [
    '<Link href="/operations">',
    "<Link href={`/bundles/x`}>",
    'redirect("/sign-in");',
    "router.push(`/operations/x`);",
    'await fetch("/api/palette")',
    '{ title: "Audit", href: "/audit" }',
    '<form action="/platforms">',
  ])
    expect(builtByHand(line), line).toHaveLength(1);
  expect(builtByHand('<a href="#content"> <Link href={links.audit()}> text.replace(/x/, "/")')).toEqual([]);
});

it("is where every page and component gets its addresses from", () => {
  expect(SOURCES.length).toBeGreaterThan(60);
  const offenders = SOURCES.flatMap((file) =>
    builtByHand(readFileSync(join(ROOT, file), "utf8")).map((line) => `${file}: ${line.trim()}`),
  );
  expect(offenders).toEqual([]);
});

it("leads by a link that fetches nothing beforehand", () => {
  const direct = SOURCES.filter(
    (file) =>
      file !== "components/ui/link.tsx" && /from "next\/link"/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  expect(direct).toEqual([]);
});
