import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../examples/harbor/set-up.ts";
import { qualifiedName } from "../postgres/identifiers.ts";
import { type EntryEdit, editPlatformFile, type FileEdit } from "./file-edit.ts";
import { readPlatformFile } from "./platform-file.ts";
import { sequenceDiff } from "./sequence-diff.ts";

const HARBOR = readFileSync(HARBOR_PLATFORM_FILE, "utf8");
const table = (name: string, value: EntryEdit["value"]): FileEdit => ({
  section: "tables",
  name,
  value,
});
/** The lines that differ, with their signs. */
const changed = (before: string, after: string) =>
  sequenceDiff(before.split("\n"), after.split("\n"))
    .filter(({ sign }) => sign !== "same")
    .map(({ sign, value }) => `${sign === "added" ? "+" : "-"}${value}`);
const edit = (text: string, ...edits: FileEdit[]) => changed(text, editPlatformFile(text, edits));

describe("a change of one entry", () => {
  it("adds one line at the section's end and leaves every comment where it is", () => {
    expect(edit(HARBOR, table("public.stray_notes", "global"))).toEqual(["+  public.stray_notes: global"]);
    expect(
      edit(HARBOR, {
        section: "columns",
        name: "public.users.locale",
        value: { class: "secret", on_import: "blank" },
      }),
    ).toEqual(["+  public.users.locale: { class: secret, on_import: blank }"]);
    expect(
      edit(HARBOR, { section: "references", from: "public.a.b", value: { from: "public.a.b", to: "none" } }),
    ).toEqual(["+  - { from: public.a.b, to: none }"]);
  });

  it("replaces a value and keeps the comment behind it", () => {
    const [before, after] = edit(HARBOR, table("public.sessions", "global"));
    expect(before).toMatch(/^- {2}public\.sessions: excluded +# whoever/);
    expect(after).toMatch(/^\+ {2}public\.sessions: global +# whoever/);
    expect(edit(HARBOR, table('"public"."roles"', { null_key: "owned" }))).toEqual([
      "-  public.roles: { null_key: shared }",
      "+  public.roles: { null_key: owned }",
    ]);
  });

  it("removes an entry, and a reference with everything said of its column", () => {
    expect(edit(HARBOR, table("public.countries", null))).toEqual(["-  public.countries: global"]);
    const gone = edit(HARBOR, { section: "references", from: "public.audit_events.subject_id", value: null });
    expect(gone.length).toBe(3);
    expect(gone.every((line) => line.startsWith("-  - { from: public.audit_events.subject_id"))).toBe(true);
    expect(edit(HARBOR, table("public.never_there", null))).toEqual([]);
  });

  it("makes a section that is missing, empty, or written in one line", () => {
    const text = "platform: x\ntenant: { table: public.a }\n";
    expect(editPlatformFile(text, [table("public.b", "global")])).toBe(`${text}
tables:
  public.b: global
`);
    expect(editPlatformFile(`${text}tables: {}  # none\n`, [table("public.b", "global")])).toContain(
      "tables:\n  public.b: global\n",
    );
    expect(editPlatformFile(`${text}tables:\ntriggers: on\n`, [table("public.b", "global")])).toBe(
      `${text}tables:\n  public.b: global\ntriggers: on\n`,
    );
    const inline = `${text}tables: { public.b: excluded }\n`;
    expect(editPlatformFile(inline, [table("public.c", "global")])).toContain(
      "tables: { public.b: excluded, public.c: global }",
    );
    expect(editPlatformFile(inline, [table("public.b", null)])).toContain("tables: {");
    expect(editPlatformFile(inline, [table("public.b", "global")])).toContain("tables: { public.b: global }");
  });

  it("adds a key column to those that are named", () => {
    expect(edit(HARBOR, { section: "tenant", name: "key_columns", value: ["org_id"] })).toEqual([
      "-  key_columns: [organization_id]",
      "+  key_columns: [ organization_id, org_id ]",
    ]);
  });

  it("leaves a text that is no YAML as it is", () => {
    expect(editPlatformFile("tables: [", [table("public.b", "global")])).toBe("tables: [");
  });
});

it("says for any name what was meant, and nothing else, however the file is written", () => {
  const part = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => text.isWellFormed() && text.trim() === text && !/[\p{C}]/u.test(text));
  const starts = [
    "platform: x\ntenant: { table: public.a }\n",
    "platform: x\ntenant: { table: public.a }\ntables: { public.a: global }\n",
    "platform: x\ntenant: { table: public.a }\ntables:\n    public.a:\n        null_key: shared\n    # the end\ntriggers: on",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...starts), part, part, (text, schema, name) => {
      const id = qualifiedName(schema, name);
      const before = readPlatformFile(text, "f").file!;
      const added = editPlatformFile(text, [table(id, "excluded")]);
      const { file, findings } = readPlatformFile(added, "f");
      expect(findings).toEqual([]);
      expect(file).toEqual({ ...before, tables: { ...before.tables, [id]: { ...none, class: "excluded" } } });
      const back = readPlatformFile(editPlatformFile(added, [table(id, null)]), "f").file;
      expect(back?.tables[id]).toBeUndefined();
    }),
  );
});
const none = { class: null, nullKey: null, ownedThrough: null, path: null };
