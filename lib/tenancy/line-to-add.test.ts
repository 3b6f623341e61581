import { describe, expect, it } from "vitest";
import { editPlatformFile } from "./file-edit.ts";
import { proposedLines } from "./line-to-add.ts";
import { readPlatformFile } from "./platform-file.ts";
import { catalogOf, table } from "./testing/catalog-builder.ts";
import { child, derive, owned } from "./testing/derive.ts";

const lines = (where: string, todo: string) =>
  proposedLines({ where, todo }).map(({ section, line }) => `${section} ${line}`);

describe("the lines that a finding proposes", () => {
  it("are those between backticks, short ones about the same table", () => {
    expect(
      lines(
        "public.a",
        "Add `public.a: global` or `excluded` under `tables`, or `public.a: { owned_through: public.b.a_id }` if that row owns it, or `public.a: { match: [code] }` under `common`.",
      ),
    ).toEqual([
      "tables public.a: global",
      "tables public.a: excluded",
      "tables public.a: { owned_through: public.b.a_id }",
      "common public.a: { match: [code] }",
    ]);
    expect(lines("public.a.key", "Add `public.a.key: secret`, `hashed` or `plain` under `columns`.")).toEqual(
      ["columns public.a.key: secret", "columns public.a.key: hashed", "columns public.a.key: plain"],
    );
    expect(
      lines("public.a.org", "Add `public.a: { null_key: shared }` or `{ null_key: owned }` under `tables`."),
    ).toEqual(["tables public.a: { null_key: shared }", "tables public.a: { null_key: owned }"]);
    expect(
      lines(
        "public.a.b_id",
        "Add `{ from: public.a.b_id, to: public.b.id }` under `references`, or `to: none` if it is none.",
      ),
    ).toEqual([
      "references - { from: public.a.b_id, to: public.b.id }",
      "references - { from: public.a.b_id, to: none }",
    ]);
    expect(lines("public.a.org", "Add `key_columns: [org]` under `tenant` to say so.")).toEqual([
      "tenant key_columns: [org]",
    ]);
  });

  it("say where something is left to fill in, and are none where nothing is proposed", () => {
    const [open] = proposedLines({
      where: "public.a.x",
      todo: "Add `{ from: public.a.x, path: $.…, to: … }` under `references`.",
    });
    expect(open).toMatchObject({ complete: false, section: "references" });
    for (const todo of [
      undefined,
      "Add an index in a migration.",
      "Name a key under `tenant: { key: … }`.",
      "Remove the line under `tables` or `common`.",
    ])
      expect(proposedLines({ where: "public.a", todo }), todo).toEqual([]);
  });

  it("answer the finding, for every finding of a model that says a whole line", () => {
    const catalog = catalogOf(
      table("organizations").column("id", "uuid").primary("id"),
      owned("projects"),
      child("tasks", "projects"),
      table("countries").column("id", "uuid").column("code", "text").primary("id").unique("code"),
      table("notes")
        .column("id", "uuid")
        .column("task_id", "uuid")
        .column("api_token", "text")
        .to("organization_id", "uuid?", "organizations.id")
        .primary("id"),
      table("cache").column("id", "uuid").primary("id"),
    );
    const { findings } = derive(catalog);
    const answerable = findings.filter((finding) => proposedLines(finding).some(({ complete }) => complete));
    expect(new Set(answerable.map(({ code }) => code))).toEqual(
      new Set(["unclassified", "null-key-unanswered", "suspected-reference", "unclassified-secret"]),
    );
    for (const finding of answerable)
      for (const { edit, complete } of proposedLines(finding).filter((line) => line.complete)) {
        expect(complete).toBe(true);
        const text = editPlatformFile("platform: x\ntenant: { table: public.organizations }\n", [edit]);
        expect(readPlatformFile(text, "f").findings, text).toEqual([]);
        expect(derive(catalog, text.split("\n").slice(2).join("\n")).codes).not.toContain(
          `${finding.code} ${finding.where}`,
        );
      }
  });
});
