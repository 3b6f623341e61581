import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../access/actor.ts";
import { addTestActor } from "../access/testing/people.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readCertificateFile, readCertificateView } from "./certificate.ts";
import { Refused } from "./refused.ts";

let records: Records;
let nobody: Actor;
let vic: Actor;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  nobody = (await addTestActor(records, "nobody", [])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
}, 120_000);
afterAll(() => records.close());

it("shows a certificate and its file to nobody without a role", async () => {
  await expect(readCertificateView({ records }, nobody, newId())).rejects.toThrow(Refused);
  await expect(readCertificateFile({ records }, nobody, newId())).rejects.toThrow(Refused);
});

it("finds nothing where there is none, whatever is asked for", async () => {
  for (const id of [newId(), "x", ""])
    expect([
      await readCertificateView({ records }, vic, id),
      await readCertificateFile({ records }, vic, id),
    ]).toEqual([null, null]);
});
