/**
 * What a delete's plan cannot know, through its form: another tenant's rows point in, and triggers write elsewhere. Asked,
 * answered field by field, reviewed by another person, done by the run, and set back by a restore.
 */
import { randomUUID } from "node:crypto";
import { count } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { OperationPlan } from "../../../../lib/engine/plan.ts";
import { groupedCount, phraseOf } from "../../../../lib/engine/typed-phrase.ts";
import { questionField } from "../../../../lib/operations/delete/question-fields.ts";
import { makeReady, setPolicy } from "../../../../lib/operations/testing/doomed.ts";
import {
  carryOut,
  createWorldOf,
  drive,
  rowOf,
  type TestWorld,
} from "../../../../lib/operations/testing/world.ts";
import { readNewOperation } from "../../../../lib/queries/new-operation.ts";
import { operations } from "../../../../lib/records/schema/operations.ts";
import { changedResidents, type Residents, readResidents } from "../../../../lib/rows/testing/residents.ts";
import {
  keyOfSlug,
  SMALL_PLATFORM,
  smallDatabase,
  smallSpec,
} from "../../../../lib/rows/testing/small-platform.ts";
import { decideReview } from "../acts.ts";
import type { RequestState } from "../form-state.ts";
import { bundleLabel } from "./forms/bundle-label.ts";
import { submitRequest } from "./submit.ts";

const PLATFORM = `${SMALL_PLATFORM}
tables:
  public.logins: excluded
  public.audit_log: global
references:
  - { from: public.password_hints.subject, when: { subject_type: note }, to: public.notes.id }
`;

/** Names as strangers have them: quotes come into the reference's, and words that a form's fields are kept back for. */
const MORE = `
  CREATE TABLE logins (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
  CREATE INDEX ON logins (org_id);
  INSERT INTO logins (org_id) SELECT id FROM orgs, generate_series(1, 5);
  CREATE TABLE password_hints (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs,
    item_id bigint REFERENCES items, subject_type text, subject uuid);
  CREATE INDEX ON password_hints (org_id); CREATE INDEX ON password_hints (item_id);
  CREATE TABLE audit_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text);
  INSERT INTO password_hints (org_id, item_id, subject_type, subject)
    SELECT o.id, i.id, 'note', n.id FROM orgs o, items i JOIN notes n ON n.item_id = i.id
     WHERE o.slug = 'two' OR o.id = i.org_id;
  CREATE FUNCTION log_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.audit_log (what) VALUES ('note ' || OLD.id); RETURN NULL; END $$;
  CREATE TRIGGER logged AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION log_note();
  CREATE FUNCTION log_hint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
  CREATE TRIGGER "hints""kept" BEFORE UPDATE ON password_hints FOR EACH ROW EXECUTE FUNCTION log_hint();`;

const HINTS = "public.password_hints";
const BY_KEY = questionField({
  kind: "pointer",
  about: `${HINTS} (item_id) → public.items (id) foreign key`,
});
const BY_NAME = questionField({
  kind: "pointer",
  about: `${HINTS} (subject) → public.notes (id) polymorphic {"subject_type":"note"}`,
});
const ON_DELETE = questionField({ kind: "trigger", about: "public.notes (logged)" });
const ON_UPDATE = questionField({ kind: "trigger", about: `${HINTS} (hints"kept)` });
const ANSWERS = {
  [BY_KEY]: "null",
  [BY_NAME]: "leave",
  [ON_DELETE]: "insert public.audit_log",
  [ON_UPDATE]: "nothing",
};

let world: TestWorld;
let one: string;
let bundleId: string;
let before: Residents;
let hints: readonly object[];
const rowsOfHints = async () => (await world.euClient.query(`SELECT * FROM ${HINTS} ORDER BY id`)).rows;
const logged = async () =>
  (await world.euClient.query<{ n: number }>("SELECT count(*)::int AS n FROM audit_log")).rows[0]!.n;
const residents = () => readResidents(world.euClient, smallSpec());
const stored = async () => (await world.console.records.select({ n: count() }).from(operations))[0]!.n;

beforeAll(async () => {
  const databases = [await smallDatabase("home"), await smallDatabase("elsewhere")] as const;
  for (const database of databases) await (await database.connect()).query(MORE);
  world = await createWorldOf(PLATFORM, ...databases);
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
  bundleId = await makeReady(world, one);
  before = await residents();
  hints = await rowsOfHints();
}, 120_000);
afterAll(() => world.close());

type Fields = Readonly<Record<string, string>>;

function formOf(fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

async function submit(intent: "preview" | "request", fields: Fields) {
  const about = { kind: "delete", databaseId: world.euId, tenantKey: one, bundleId };
  const form = {
    intent,
    ...about,
    reason: "the contract has ended",
    idempotencyKey: randomUUID(),
    ...fields,
  };
  return submitRequest(world.console, await world.actor("operator"), formOf(form));
}

async function lookAt(fields: Fields): Promise<RequestState> {
  const outcome = await submit("preview", fields);
  if (outcome.ok) throw new Error("A look stored something.");
  return outcome.state;
}

async function phrase(): Promise<string> {
  return (await lookAt(ANSWERS)).preview!.phrase!;
}

it("asks what no plan can know, a field for each, and what an answer brings along; nothing is stored", async () => {
  const number = await stored();
  const { preview } = await lookAt({});
  expect(preview).toMatchObject({ blocked: true });
  expect(preview!.questions.map(({ field, choices }) => [field, choices?.map(({ value }) => value)])).toEqual(
    [
      [BY_KEY, ["null"]],
      [BY_NAME, ["null", "leave"]],
      [ON_DELETE, undefined],
    ],
  );
  // What becomes NULL is an update, which sets off a trigger of its own.
  const { [ON_UPDATE]: _, ...first } = ANSWERS;
  const second = (await lookAt(first)).preview!;
  expect(second.blocked).toBe(true);
  expect(second.questions.map(({ field, answer }) => [field, answer])).toEqual([
    ...Object.entries(first),
    [ON_UPDATE, null],
  ]);
  const { preview: answered, values } = await lookAt(ANSWERS);
  expect(answered!.blocked, JSON.stringify(answered)).toBe(false);
  expect(values).toMatchObject(ANSWERS);
  expect(await stored()).toBe(number);
});

it("counts the same rows in the bundle's line and in the phrase, but for those that no bundle holds", async () => {
  const query = { kind: "delete", database: world.euId, tenant: one, bundle: null };
  const view = await readNewOperation(world.console, await world.actor("operator"), query);
  const [bundle] = view!.tenant!.bundles;
  // Four people whom its items name come along, and belong to nobody.
  expect(bundle).toMatchObject({ id: bundleId, rows: 1 + 4 + 12 + 12, commonRows: 4 });
  expect(bundleLabel(bundle!)).toMatch(/ UTC, 29\srows and 4 common, drilled$/);
  const logins = 5;
  expect(await phrase()).toBe(`delete one and ${groupedCount(bundle!.rows! + logins)} rows`);
});

it("is refused with a question that is not answered, or an answer that nobody asked for; nothing is stored", async () => {
  const typed = await phrase();
  const number = await stored();
  const refused = async (fields: Fields) => {
    const outcome = await submit("request", { phrase: typed, ...fields });
    if (outcome.ok) throw new Error("It was not refused.");
    return outcome.state.findings
      .filter(({ severity }) => severity === "blocks")
      .map(({ code, where, what }) => [code, where, what]);
  };
  const without = (field: string) =>
    Object.fromEntries(Object.entries(ANSWERS).filter(([name]) => name !== field));
  expect(await refused(without(BY_NAME))).toEqual([
    [
      "pointer-in",
      `${HINTS} (subject)`,
      "12 rows that are not the tenant's point at its rows of public.notes.",
    ],
  ]);
  expect(await refused({ ...ANSWERS, [BY_KEY]: "" })).toContainEqual([
    "pointer-in",
    `${HINTS} (item_id)`,
    "12 rows that are not the tenant's point at its rows of public.items.",
  ]);
  expect(await refused(without(ON_DELETE))).toEqual([
    ["trigger-on-delete", "public.notes (logged)", expect.stringMatching(/nobody has said what that writes/)],
  ]);
  // A constraint holds it: it cannot be left.
  expect(await refused({ ...ANSWERS, [BY_KEY]: "leave" })).toContainEqual([
    "pointer-in",
    `${HINTS} (item_id)`,
    expect.any(String),
  ]);
  expect(await refused({ ...ANSWERS, [ON_UPDATE]: "whatever it likes" })).toEqual([
    ["input-invalid", `triggers.${HINTS} (hints"kept)`, expect.stringMatching(/^Say `nothing`/)],
  ]);
  const about = "public.notes (item_id) → public.items (id) foreign key";
  const field = questionField({ kind: "pointer", about });
  expect(await refused({ ...ANSWERS, [field]: "null" })).toEqual([
    [
      "answer-unasked",
      `pointers.${about}`,
      "There is an answer to what becomes of rows that point in by it, and none does.",
    ],
  ]);
  expect(await refused({ ...ANSWERS, "trigger:public.orgs (gone)": "nothing" })).toEqual([
    [
      "answer-unasked",
      "triggers.public.orgs (gone)",
      "There is an answer to what it writes when rows go, and no such trigger fires.",
    ],
  ]);
  // Nobody updates the rows that are left: its trigger is asked about no more.
  expect(await refused({ ...ANSWERS, [BY_KEY]: "" })).toContainEqual([
    "answer-unasked",
    `triggers.${HINTS} (hints"kept)`,
    expect.any(String),
  ]);
  expect(await stored()).toBe(number);
  expect(changedResidents(before, await residents())).toEqual([]);
});

it("does what was answered, once another person has approved it, and nothing else to anybody's rows", async () => {
  const outcome = await submit("request", { ...ANSWERS, phrase: await phrase() });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.state.findings));
  const operationId = outcome.to.split("/").at(-1)!;
  const row = await rowOf(world, operationId);
  const plan = row.plan as OperationPlan;
  expect(plan.effects).toContainEqual(
    expect.objectContaining({ verb: "update", object: HINTS, rows: 12, reversibility: "compensating" }),
  );
  const words = { intent: "x", risk: "x", rollback: "x", reason: "x" };
  const typed = phraseOf(world.console.engine.registry.get("delete"), plan)!;
  const review = { operationId, digest: row.digest!, decision: "approve", ...words, phrase: typed };
  const decided = await decideReview(world.console, await world.actor("reviewer"), formOf(review));
  expect(decided).toMatchObject({ ok: true });
  await drive(world, operationId);
  const ended = await rowOf(world, operationId);
  expect([ended.state, ended.findings.filter(({ severity }) => severity === "blocks")]).toEqual([
    "succeeded",
    [],
  ]);
  expect(await keyOfSlug(world.euClient, "one")).toBeNull();
  // Of the other's hints those 12 name no item of its any more; what they name by no constraint is as it was.
  const others = hints.filter((hint) => (hint as { org_id: string }).org_id !== one);
  const now = (await rowsOfHints()) as { item_id: string | null }[];
  expect(now).toHaveLength(others.length);
  expect(now.filter(({ item_id }) => item_id === null)).toHaveLength(12);
  expect(now).toEqual(others.map((hint, at) => ({ ...hint, item_id: now[at]!.item_id })));
  expect(await logged()).toBe(12);
});

it("is undone by a restore, down to what was set to NULL; what triggers wrote stays", async () => {
  await carryOut(world, { kind: "restore", input: { tenantKey: one } });
  expect(await rowsOfHints()).toEqual(hints);
  expect(changedResidents(before, await residents())).toEqual([
    "public.audit_log: 0 rows gone, 12 new",
    // In no bundle, as the plan said.
    "public.logins: 5 rows gone, 0 new",
  ]);
});
