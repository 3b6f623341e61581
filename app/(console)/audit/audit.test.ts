import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../lib/access/actor.ts";
import { addTestActor } from "../../../lib/access/testing/people.ts";
import { listAudit } from "../../../lib/queries/audit.ts";
import { csvField, exportAudit } from "../../../lib/queries/audit-export.ts";
import { isAuditNarrowed, readAuditList, writeAuditList } from "../../../lib/queries/audit-list.ts";
import { Refused } from "../../../lib/queries/refused.ts";
import type { SearchParams } from "../../../lib/queries/tenant-list.ts";
import { recordAudit } from "../../../lib/records/audit.ts";
import { linkAudit } from "../../../lib/records/audit-chain.ts";
import { openRecords, type Records } from "../../../lib/records/client.ts";
import { newId } from "../../../lib/records/id.ts";
import { createTestDatabase } from "../../../lib/testing/database.ts";
import { verifyTrail } from "./verify.ts";

let records: Records;
let vic: Actor;
let ada: Actor;
let nobody: Actor;
const operation = newId();

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  ada = (await addTestActor(records, "ada", ["admin"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
  nobody = (await addTestActor(records, "nobody", [])).actor;
  for (let n = 1; n <= 120; n += 1)
    await recordAudit(records, {
      actor: n % 2 === 0 ? ada : { personId: null, name: "worker" },
      action: n % 3 === 0 ? "operation.requested" : "bundle.written",
      subject: { type: "bundle", id: `b${n}` },
      ...(n <= 3 ? { operationId: operation } : {}),
      tenantKey: n % 10 === 0 ? "acme" : null,
      data: { note: n === 1 ? "=HYPERLINK(1)" : "plain", n },
    });
});
afterAll(() => records.close());

const list = (search: SearchParams, actor: Actor = vic) =>
  listAudit({ records }, actor, readAuditList(search));

describe("the audit trail", () => {
  it("shows every entry once, page by page, the latest first", async () => {
    const ids: string[] = [];
    let before: string | null = "";
    while (before !== null) {
      const view = await list({ before });
      ids.push(...view.rows.map(({ id }) => id));
      expect(view.rows.length).toBeLessThanOrEqual(50);
      before = writeAuditList({ ...readAuditList({}), before: view.older }).before ?? null;
    }
    const [stored] = (await records.pool.query("SELECT count(*)::int AS n FROM audit_entries")).rows;
    expect(new Set(ids).size).toBe(stored.n);
    expect(ids).toHaveLength(stored.n);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  it("is narrowed by who, what, tenant and day", async () => {
    const by = async (search: SearchParams) => (await list(search)).rows;
    for (const row of await by({ q: "ADA@example" })) expect(row.actorName).toBe("ada");
    expect((await by({ q: "worker" })).length).toBe(50);
    for (const row of await by({ action: "operation.requested" }))
      expect(row.action).toBe("operation.requested");
    for (const row of await by({ action: "person" })) expect(row.action).toMatch(/^person\./);
    expect(await by({ tenant: "acme" })).toHaveLength(12);
    expect(await by({ until: "2001-01-01" })).toEqual([]);
    expect((await by({ since: "2001-01-01" })).length).toBe(50);
    for (const q of ["%", "_", "'; DROP TABLE audit_entries; --"]) expect(await by({ q }), q).toEqual([]);
    expect(await by({ platform: "pier" })).toEqual([]);
  });

  it("tells one operation's story from its beginning", async () => {
    const { rows } = await list({ operation });
    expect(rows.map(({ subjectId }) => subjectId)).toEqual(["b1", "b2", "b3"]);
  });

  it("is refused without the permission to see", async () => {
    await expect(list({}, nobody)).rejects.toThrow(Refused);
    await expect(exportAudit({ records }, nobody, readAuditList({}), "csv")).rejects.toThrow(Refused);
    expect((await verifyTrail({ records }, nobody)).findings[0]?.code).toBe("not-allowed");
  });
});

describe("the trail as a file", () => {
  const whole = async (search: SearchParams, format: "csv" | "jsonl") => {
    let text = "";
    for await (const piece of await exportAudit({ records }, ada, readAuditList(search), format))
      text += piece;
    return text;
  };

  it("holds what the list holds, in the order of time, and is recorded itself", async () => {
    const lines = (await whole({ operation }, "jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).subjectId)).toEqual(["b1", "b2", "b3"]);
    const [exported] = (await list({ action: "audit.exported" })).rows;
    expect(exported).toMatchObject({ actorName: "ada", data: { operation, byPerson: false } });
    const csv = (await whole({ tenant: "acme" }, "csv")).trimEnd().split("\r\n");
    expect(csv[0]).toMatch(/^at,id,actorName,action/);
    expect(csv).toHaveLength(13);
  });

  it("keeps spreadsheets from running what somebody typed", () => {
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
      expect(csvField(text), text).toBe(`"'${text}"`);
    expect(csvField('say "a", b')).toBe('"say ""a"", b"');
    expect(csvField(null)).toBe("");
    expect(csvField("acme")).toBe("acme");
  });
});

describe("verifying the chain", () => {
  it("says that every link holds, records it, and finds what was changed behind its back", async () => {
    await linkAudit(records);
    const verdict = await verifyTrail({ records }, vic);
    expect(verdict.findings).toEqual([]);
    expect(verdict.walked?.links).toBeGreaterThan(120);
    expect((await list({ action: "audit.verified" })).rows[0]).toMatchObject({
      actorName: "vic",
      data: { holds: true },
    });
    await records.pool.query("ALTER TABLE audit_entries DISABLE TRIGGER USER");
    await records.pool.query("UPDATE audit_entries SET data = '{}' WHERE subject_id = 'b7'");
    expect((await verifyTrail({ records }, vic)).findings.map(({ code }) => code)).toEqual([
      "audit-chain-broken",
    ]);
  });
});

describe("the trail's address", () => {
  it("is read and written the same, and what is not understood is left out", () => {
    const search = {
      q: "ada",
      action: "person.disabled",
      operation,
      platform: "harbor",
      tenant: "acme",
      since: "2026-01-01",
      until: "2026-01-31",
      before: `2026-01-02T03:04:05.678Z_${operation}`,
    };
    expect(writeAuditList(readAuditList(search))).toEqual(search);
    const wrong = { action: "x'; --", operation: "1", since: "soon", until: "2026-13-01", before: "x_y" };
    expect(isAuditNarrowed(readAuditList(wrong))).toBe(false);
    expect(readAuditList(wrong).before).toBeNull();
  });
});
