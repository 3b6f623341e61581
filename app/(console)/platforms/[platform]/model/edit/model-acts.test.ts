import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../../../../../lib/access/permissions.ts";
import { createTestWorld, type TestWorld } from "../../../../../../lib/operations/testing/world.ts";
import { readFileVersions } from "../../../../../../lib/queries/file-versions.ts";
import { readModel } from "../../../../../../lib/queries/model.ts";
import { readModelGraph } from "../../../../../../lib/queries/model-graph.ts";
import { readPlatformFiles, readPlatformFileText } from "../../../../../../lib/queries/platform-file.ts";
import { readReferenceCards } from "../../../../../../lib/queries/reference-cards.ts";
import { Refused } from "../../../../../../lib/queries/refused.ts";
import { auditEntries } from "../../../../../../lib/records/schema/audit-entries.ts";
import { editPlatformFile, type FileEdit } from "../../../../../../lib/tenancy/file-edit.ts";
import { readEditQuery } from "./edit-query.ts";
import { draftState, submitModel } from "./model-acts.ts";
import type { ModelState } from "./model-state.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.euClient.query(`
    CREATE TABLE stray_notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), subject_id uuid, body text);
    INSERT INTO stray_notes (subject_id) SELECT id FROM projects`);
  await world.usClient.query("CREATE TABLE stray_notes (id uuid PRIMARY KEY, subject_id uuid, body text)");
}, 120_000);
afterAll(() => world.close());

const files = async (role: Role = "admin") =>
  (await readPlatformFiles(world.console, await world.actor(role), "harbor"))!;
const inForce = async () => (await files()).versions[0]!;
const begin = async (...edits: FileEdit[]): Promise<ModelState> => {
  const view = await files();
  const text = editPlatformFile(view.versions[0]!.text, edits);
  return draftState(world.console, await world.actor("admin"), view, { text });
};
const submit = async (state: ModelState, more: Record<string, string | File> = {}, role: Role = "admin") => {
  const form = new FormData();
  const fields = {
    platform: "harbor",
    intent: "save",
    text: state.text.replaceAll("\n", "\r\n"),
    version: String(state.version),
    previewed: state.previewed,
    restores: state.restores === null ? "" : String(state.restores),
    ...more,
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return submitModel(world.console, await world.actor(role), state, form);
};
const stateOf = (outcome: Awaited<ReturnType<typeof submit>>) => {
  if (outcome.ok) throw new Error(`went to ${outcome.to}`);
  return outcome.state;
};

const GLOBAL: FileEdit = { section: "tables", name: "public.stray_notes", value: "global" };
const POINTS: FileEdit = {
  section: "references",
  from: "public.stray_notes.subject_id",
  value: { from: "public.stray_notes.subject_id", to: "public.projects.id" },
};

describe("a draft of the platform file", () => {
  it("shows what it changes in each database, with the tenants' rows counted, before anything is saved", async () => {
    const { preview, findings, version } = await begin(POINTS);
    expect(findings).toEqual([]);
    expect(preview?.databases.map(({ database }) => database)).toEqual(["eu-1", "us-1"]);
    const eu = preview!.databases[0]!;
    expect(eu.diff.tables).toEqual([
      expect.objectContaining({
        what: "public.stray_notes",
        after: expect.stringContaining("owned, by subject_id"),
      }),
    ]);
    expect(eu.diff.loadOrder).toEqual([
      expect.objectContaining({ sign: "added", what: "public.stray_notes" }),
    ]);
    expect(eu.diff.gone).toContainEqual(expect.objectContaining({ code: "unclassified" }));
    const [row] = eu.rows;
    expect(row).toMatchObject({ table: "public.stray_notes", before: { kind: "nobody's" } });
    const { rows } = await world.euClient.query<{ count: number }>("SELECT count(*)::int FROM projects");
    expect(row?.after).toMatchObject({ kind: "counted", rows: rows[0]!.count });
    expect(rows[0]!.count).toBeGreaterThan(1);
    expect((await inForce()).version).toBe(version);
  });

  it("is saved only after it was looked at as it is", async () => {
    const state = await begin(GLOBAL);
    const other = stateOf(await submit(state, { text: `${state.text}# a word\n` }));
    expect(other.notice).toContain("Not saved yet");
    expect((await inForce()).version).toBe(1);
    expect(await submit(other)).toEqual({ ok: true, to: "/platforms/harbor/model/versions?saved=2" });
    const now = await inForce();
    expect(now).toMatchObject({ version: 2, savedBy: "admin" });
    expect(now.text).toContain("  public.stray_notes: global\n");
    expect(now.text).toContain("# a word");
    expect(now.text).toContain("# whoever was signed in signs in again");
    const trail = await world.console.records
      .select()
      .from(auditEntries)
      .where(
        and(eq(auditEntries.action, "platform.file-saved"), eq(auditEntries.platformId, world.platformId)),
      );
    expect(trail).toHaveLength(1);
    expect(trail[0]).toMatchObject({ actorName: "admin", data: { version: 2 } });
  });

  it("is refused where somebody was quicker, with what they changed, and goes on from there when asked", async () => {
    const mine = await begin({ section: "columns", name: "public.users.name", value: "plain" });
    expect(await submit(await begin({ ...GLOBAL, value: "excluded" }))).toMatchObject({ ok: true });
    const refused = stateOf(await submit(mine));
    expect(refused.findings.map(({ code }) => code)).toEqual(["platform-file-changed-meanwhile"]);
    expect(refused.conflict).toMatchObject({ version: 3, savedBy: "admin" });
    expect(refused.conflict?.after).toContain("public.stray_notes: excluded");
    expect(refused.conflict?.before).toContain("public.stray_notes: global");
    const rebased = stateOf(await submit(refused, { intent: "rebase" }));
    expect(rebased).toMatchObject({ version: 3, conflict: null, text: mine.text });
    expect((await inForce()).version).toBe(3);
  });

  it("may be an uploaded file, and an earlier version that comes back as a new one", async () => {
    const { versions } = await files();
    const first = versions.at(-1)!;
    const state = await begin();
    const uploaded = stateOf(await submit(state, { file: new File([first.text], "platform.yaml") }));
    expect(uploaded.text).toBe(first.text);
    expect((await inForce()).version).toBe(3);
    const back = await draftState(world.console, await world.actor("admin"), await files(), {
      text: first.text,
      restores: 1,
    });
    expect(await submit(back)).toMatchObject({ ok: true });
    expect(await inForce()).toMatchObject({ version: 4, text: first.text });
    const [entry] = await world.console.records
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, "platform.file-saved"), eq(auditEntries.actorName, "admin")))
      .then((rows) => rows.filter(({ data }) => (data as { version: number }).version === 4));
    expect(entry?.data).toEqual({ version: 4, restores: 1 });
  });

  it("is nobody's but an admin's, and refused where it is no platform file of this platform", async () => {
    const state = await begin(GLOBAL);
    for (const role of ["viewer", "operator", "reviewer"] as const)
      expect(stateOf(await submit(state, {}, role)).findings.map(({ code }) => code)).toEqual([
        "not-permitted",
      ]);
    const codes = async (more: Record<string, string | File>) =>
      stateOf(await submit(state, { intent: "preview", ...more })).findings.map(({ code }) => code);
    expect(await codes({ text: "platform: [" })).toEqual(["platform-file-syntax"]);
    expect(await codes({ text: state.text.replace("platform: harbor", "platform: pier") })).toEqual([
      "platform-name-differs",
    ]);
    expect(await codes({ version: "no" })).toEqual(["form-unreadable"]);
    expect(await codes({ platform: "pier" })).toEqual(["form-unreadable"]);
    expect(await codes({ file: new File(["#".repeat(300 * 1024)], "f") })).toEqual([
      "platform-file-too-large",
    ]);
    expect((await inForce()).version).toBe(4);
  });
});

describe("the pages of the model", () => {
  it("compare two versions by lines and by model, for everybody who sees", async () => {
    const viewer = await world.actor("viewer");
    const view = await readFileVersions(world.console, viewer, "harbor", { from: 1, to: 3 });
    expect(view?.compared?.preview?.databases[0]?.diff.tables).toEqual([
      expect.objectContaining({ what: "public.stray_notes", before: "global", after: "excluded" }),
    ]);
    expect(
      (await readFileVersions(world.console, viewer, "harbor", { from: 1, to: 99 }))?.compared,
    ).toBeNull();
    expect((await readPlatformFileText(world.console, viewer, "harbor", 3))?.version).toBe(3);
    expect((await readPlatformFileText(world.console, viewer, "harbor", null))?.version).toBe(4);
    expect(await readPlatformFileText(world.console, viewer, "harbor", 99)).toBeNull();
  });

  it("show a table in full, with changes that the editor understands", async () => {
    const view = await readModel(
      world.console,
      await world.actor("viewer"),
      "harbor",
      "eu-1",
      "public.stray_notes",
    );
    const detail = view!.detail!;
    expect(detail.columns.map(({ name }) => name)).toEqual(["id", "subject_id", "body"]);
    expect(detail.findings.map(({ code }) => code)).toContain("unclassified");
    const choices = [...detail.choices, ...detail.columns.flatMap((column) => column.choices)];
    const edit = choices.map((choice) => JSON.stringify(choice.edit));
    expect(edit.length).toBeGreaterThan(10);
    expect(readEditQuery({ edit })).toEqual({
      edits: choices.map((choice) => choice.edit),
      unread: 0,
      restore: null,
    });
    expect(readEditQuery({ edit: ["{", "{}"], "edit.0": "", restore: "-1" })).toEqual({
      edits: [],
      unread: 2,
      restore: null,
    });
  });

  it("draw what points at what, and along which of it rows lead to their tenant", async () => {
    const view = (await readModelGraph(world.console, await world.actor("viewer"), "harbor", null))!;
    expect(view.tables.filter((table) => table.class === "root")).toHaveLength(1);
    expect(view.edges.some(({ declared }) => !declared)).toBe(true);
    const via = view.tables.filter((table) => table.class === "via");
    for (const { id, path } of via.filter(({ path }) => path.length > 0))
      expect(
        view.edges.some(
          (edge) =>
            (edge.ownership === "along" && edge.from === id && edge.to === path[0]) ||
            (edge.ownership === "back" && edge.to === id && edge.from === path[0]),
        ),
        id,
      ).toBe(true);
    expect(view.tables.some(({ cycle }) => cycle !== null)).toBe(true);
  });

  it("show suspected references with what the data says, values only to who may answer", async () => {
    await world.euClient.query(`
      CREATE TABLE stray_links (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations, thing_id uuid);
      INSERT INTO stray_links (organization_id, thing_id) SELECT organization_id, id FROM projects`);
    const read = async (role: Role) =>
      (await readReferenceCards(world.console, await world.actor(role), "harbor", {
        database: "eu-1",
        page: 1,
      }))!;
    const card = (await read("admin")).cards.find(({ column }) => column === "public.stray_links.thing_id")!;
    expect(card.evidence).toMatchObject({ array: false, targets: [{ to: "public.projects.id" }] });
    expect(card.evidence?.targets[0]?.hits).toBe(card.evidence?.sampled);
    expect(card.evidence?.samples.length).toBeGreaterThan(0);
    expect(card.choices.map(({ label }) => label)).toEqual([
      "It is a reference to public.projects.id",
      "It is no reference",
    ]);
    const seen = (await read("viewer")).cards.find(({ column }) => column === card.column)!;
    expect(seen.evidence?.samples).toEqual([]);
  });

  it("show ids that only the values betray: inside of json and of a text, each with the line to add", async () => {
    await world.euClient.query(`
      CREATE TABLE stray_pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations, layout jsonb, place text);
      INSERT INTO stray_pages (organization_id, layout, place) SELECT organization_id, jsonb_build_object('blocks', jsonb_build_array(jsonb_build_object('project', id))), 'files/' || organization_id || '/' || left(id::text, 6) || '.pdf' FROM projects`);
    const view = (await readReferenceCards(world.console, await world.actor("admin"), "harbor", {
      database: "eu-1",
      page: 1,
    }))!;
    const labels = (where: string) => {
      const card = view.cards.find(({ column }) => column === where)!;
      expect(card.evidence?.samples, where).toEqual([]);
      expect(card.evidence?.targets[0]?.hits, where).toBeGreaterThan(0);
      return card.choices.map(({ label }) => label);
    };
    expect(labels("public.stray_pages.layout $.blocks[*].project")).toEqual([
      "It is one: { from: public.stray_pages.layout, path: $.blocks[*].project, to: public.projects.id }",
      "It is no reference",
    ]);
    expect(labels("public.stray_pages.place")).toEqual([
      "It is one: { from: public.stray_pages.place, pattern: files/{public.organizations.id}/* }",
      "It is no reference",
    ]);
    // What a card answers is what the editor takes.
    const edits = view.cards.flatMap(({ choices }) => choices.map(({ edit }) => JSON.stringify(edit)));
    expect(readEditQuery({ edit: edits }).edits).toHaveLength(edits.length);
  });

  it("are not there for an unknown platform, and refused without the permission to see", async () => {
    const viewer = await world.actor("viewer");
    const nobody = { ...viewer, permissions: new Set<never>() };
    expect(await readPlatformFiles(world.console, viewer, "pier")).toBeNull();
    expect(await readModelGraph(world.console, viewer, "pier", null)).toBeNull();
    await expect(readPlatformFiles(world.console, nobody, "harbor")).rejects.toThrow(Refused);
    await expect(readPlatformFileText(world.console, nobody, "harbor", null)).rejects.toThrow(Refused);
    await expect(readModelGraph(world.console, nobody, "harbor", null)).rejects.toThrow(Refused);
    await expect(
      readReferenceCards(world.console, nobody, "harbor", { database: null, page: 1 }),
    ).rejects.toThrow(Refused);
    await expect(readFileVersions(world.console, nobody, "harbor", { from: null, to: null })).rejects.toThrow(
      Refused,
    );
  });
});
