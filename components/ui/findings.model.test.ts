import { describe, expect, it } from "vitest";
import type { Finding } from "../../lib/findings/finding.ts";
import { groupFindings, MOST_TOLD_ALONE, placesInBrief } from "./findings.model.ts";

const TODO = "Change or remove them on one side.";

function taken(table: string, count: number, more: Partial<Finding> = {}): Finding {
  return {
    code: "unique-taken",
    severity: "blocks",
    where: `public.${table}.id`,
    count,
    what: `${count} values of the unique key ${table}_pkey are in use in this database already.`,
    todo: TODO,
    ...more,
  };
}

const TABLES = ["files", "items", "notes", "teams"];
const many = (more: (table: string) => Partial<Finding> = () => ({})) =>
  TABLES.map((table, at) => taken(table, at + 1, more(table)));
const brief = (findings: readonly Finding[]) =>
  groupFindings(findings).map((group) => `${group.severity} ${group.code} ${group.findings.length}`);

describe("findings of one code", () => {
  it("are told one by one while they are few, in their order", () => {
    const few = many().slice(0, MOST_TOLD_ALONE);
    const slug = taken("orgs", 1, { code: "slug-taken" });
    const groups = groupFindings([few[0]!, slug, ...few.slice(1)]);
    expect(groups.map(({ findings }) => findings)).toEqual([[few[0]], [slug], [few[1]], [few[2]]]);
    expect(groups.map(({ what, todo }) => [what, todo])).toEqual(
      groups.map(({ findings: [only] }) => [only!.what, TODO]),
    );
  });

  it("are told as one where they are more, none left out, where the first of them stands", () => {
    const slug = taken("orgs", 1, { code: "slug-taken" });
    const [first, ...others] = many();
    const groups = groupFindings([first!, slug, ...others]);
    expect(groups.map(({ findings }) => findings)).toEqual([[first, ...others], [slug]]);
  });

  it("are not mixed with those of another severity, and those that block stand first", () => {
    const warning = many(() => ({ severity: "warns" }));
    const note = taken("orgs", 1, { code: "slug-taken", severity: "notes" });
    expect(brief([note, ...warning, ...many(), taken("people", 9, { severity: "warns" })])).toEqual([
      "blocks unique-taken 4",
      "warns unique-taken 5",
      "notes slug-taken 1",
    ]);
  });

  it("with something else to do are told apart from those that have the same to do", () => {
    const other = (table: string, todo: string) => taken(table, 1, { todo });
    const two = [other("a", "Look at a."), other("b", "Look at b.")];
    expect(brief([two[0]!, ...many(), two[1]!])).toEqual([
      "blocks unique-taken 1",
      "blocks unique-taken 4",
      "blocks unique-taken 1",
    ]);
    const five = [...two, other("c", "Look at c."), other("d", "Look at c."), other("e", "Look at e.")];
    const groups = groupFindings([...many(), ...five]);
    expect(groups.map(({ todo, findings }) => [todo, findings.length])).toEqual([
      [TODO, 4],
      [null, 5],
    ]);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(2);
  });

  it("are none where there are none", () => {
    expect(groupFindings([])).toEqual([]);
  });
});

describe("what a group says", () => {
  const what = (...sentences: readonly string[]) =>
    groupFindings(sentences.map((sentence, at) => taken(`t${at}`, 1, { what: sentence })))[0]!.what;

  it("is the sentence of all, where it is one", () => {
    expect(what(...Array(4).fill("The role may not read it."))).toBe("The role may not read it.");
  });

  it("leaves open the words in which they differ, side by side or in a list", () => {
    expect(groupFindings(many())[0]!.what).toBe(
      "… values of the unique key … are in use in this database already.",
    );
    const lacks = (rights: string) => `The role runner lacks ${rights} on it.`;
    expect(what(lacks("SELECT"), lacks("INSERT and DELETE"), lacks("UPDATE"), lacks("SELECT"))).toBe(
      "The role runner lacks … on it.",
    );
    expect(what("a b c d e", "a b x y e", "a b c y e", "a b c d e")).toBe("a b … e");
  });

  it("repeats no word that the shortest of them has only once", () => {
    expect(what("so it is", "so it is and it is", "so it is", "so it is")).toBe("so it is …");
  });

  it("is nothing where they have little in common", () => {
    expect(what("Choose an event.", "A webhook has a name.", "This is no address.", "No.")).toBeNull();
  });

  it("is what to do, too, where that is the same for all", () => {
    expect(groupFindings(many())[0]!.todo).toBe(TODO);
    expect(groupFindings(many((table) => ({ todo: `Look at ${table}.` })))[0]!.todo).toBeNull();
    const untold = TABLES.map((table): Finding => {
      const { todo: _, ...finding } = taken(table, 1);
      return finding;
    });
    expect(groupFindings(untold).map(({ todo, findings }) => [todo, findings.length])).toEqual([[null, 4]]);
  });
});

describe("where a group is", () => {
  it("is told by the first places, each once, and how many more there are", () => {
    expect(placesInBrief({ findings: many() })).toBe("public.files.id, public.items.id and 2 more");
    const here = many(() => ({ where: "public.orgs" }));
    expect(placesInBrief({ findings: here })).toBe("public.orgs");
    expect(placesInBrief({ findings: [...here, taken("a", 1)] })).toBe("public.orgs, public.a.id");
  });
});
