/** Imports that are cut off or called off. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { quietContext } from "../run-context.ts";
import { untilAlone } from "../testing/crash.ts";
import { disturbedAt, terminate, untilWaiting } from "../testing/interrupt.ts";
import {
  openSmallHome,
  openSmallImport,
  SLUG,
  type SmallHome,
  type SmallImport,
} from "../testing/small-import.ts";
import { keyOfSlug } from "../testing/small-platform.ts";

let home: SmallHome;
let at: SmallImport;
beforeAll(async () => {
  home = await openSmallHome();
});
beforeEach(async () => {
  at = await openSmallImport(home);
});
afterEach(() => at.database.drop());
afterAll(() => home.folder.remove());

describe("a connection that is cut", () => {
  it("at any side effect leaves nothing or everything, and the next run ends well", async () => {
    await at.atEachPoint(async (point, journal) => {
      const sideEffect = disturbedAt(point, () => terminate(at.other, "tenantry import").catch(() => {}));
      const said = await at
        .start(quietContext({ sideEffect }), { journal: () => journal })
        .catch((error) => error);
      if (!("outcome" in said)) expect(said).toBeInstanceOf(Refusal);
      await untilAlone(at.client);
      if ((await keyOfSlug(at.client, SLUG)) === null) await at.isUntouched();
      else await at.isWhole();
      await at.start(quietContext(), { journal: () => journal });
      await at.isWhole();
    });
  });

  it("in the middle of a COPY leaves nothing", async () => {
    await at.other.query("BEGIN");
    await at.other.query("INSERT INTO orgs VALUES (gen_random_uuid(), $1, 'active')", [SLUG]);
    const running = at.goOn(at.start());
    const waiting = await at.database.connect();
    await untilWaiting(waiting, "tenantry import", "COPY", "Lock");
    await terminate(waiting, "tenantry import");
    await at.other.query("ROLLBACK");
    expect(await running).toMatchObject({ findings: [{ code: "load-failed", where: "public.orgs" }] });
  });

  it("while it plans leaves nothing", async () => {
    await at.other.query("BEGIN");
    await at.other.query("LOCK TABLE orgs IN ACCESS EXCLUSIVE MODE");
    const running = at.start().catch((error) => error);
    const waiting = await at.database.connect();
    await untilWaiting(waiting, "tenantry plan", "", "Lock");
    await terminate(waiting, "tenantry plan");
    await at.other.query("ROLLBACK");
    expect(await running).toBeInstanceOf(Refusal);
    await at.isUntouched();
  });
});

describe("an import that is called off", () => {
  it("at any side effect has done nothing or everything, and says so", async () => {
    await at.atEachPoint(async (point, journal) => {
      const controller = new AbortController();
      const sideEffect = disturbedAt(point, async () => controller.abort(new Error("called off")));
      const context = quietContext({ sideEffect, signal: controller.signal });
      const said = await at.start(context, { journal: () => journal }).catch((error) => error);
      await untilAlone(at.client);
      const done = (await keyOfSlug(at.client, SLUG)) !== null;
      if (done) await at.isWhole();
      else await at.isUntouched();
      // It is never called off where it has taken effect, nor done where it has not.
      if ("outcome" in said) expect(done).toBe(true);
      else expect(said.message).toBe("called off");
      await at.start(quietContext(), { journal: () => journal });
      await at.isWhole();
    });
  });

  it("in the middle of a COPY stops at once and leaves nothing", async () => {
    const controller = new AbortController();
    await at.other.query("BEGIN");
    await at.other.query("INSERT INTO orgs VALUES (gen_random_uuid(), $1, 'active')", [SLUG]);
    const running = at.start(quietContext({ signal: controller.signal })).catch((error) => error);
    const waiting = await at.database.connect();
    await untilWaiting(waiting, "tenantry import", "COPY", "Lock");
    controller.abort(new Error("called off"));
    expect((await running).message).toBe("called off");
    await untilAlone(waiting);
    await at.other.query("ROLLBACK");
    await at.isUntouched();
    await at.start();
    await at.isWhole();
  });

  it("before it has begun does not begin", async () => {
    const signal = AbortSignal.abort(new Error("called off"));
    await expect(at.start(quietContext({ signal }))).rejects.toThrow("called off");
    await at.isUntouched();
  });
});
