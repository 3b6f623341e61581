/** A connection that is lost at each statement of a delete, not yet sent or done and unanswered: the next run completes it. */
import { expect, it } from "vitest";
import { shard } from "../../testing/shard.ts";
import { type Cut, cuttingProxy } from "../testing/cutting-proxy.ts";
import { FILING_OWNED, FILING_SCHEMA, FILING_YAML } from "../testing/filing.ts";
import { tinyErasable } from "../testing/tiny-erasable.ts";

const made = () => tinyErasable(FILING_SCHEMA, FILING_OWNED, { yaml: FILING_YAML });

/** Larger batches than elsewhere: no kind of statement is left out, and each comes by fewer times. */
const BATCHES = { firstRows: 20, minRows: 20, maxRows: 20 } as const;

/** Several hundred places: a run of the tests strikes a few. */
const SHARES = 120;

async function statementsOf(): Promise<readonly string[]> {
  const erasable = await made();
  const proxy = await cuttingProxy(erasable.url, null);
  try {
    await erasable.erase({ url: proxy.url, governor: BATCHES });
    expect(await erasable.prove()).toMatchObject({ empty: true });
    return proxy.statements;
  } finally {
    await proxy.close();
    await erasable.drop();
  }
}

async function strike(cut: Cut): Promise<void> {
  const erasable = await made();
  const proxy = await cuttingProxy(erasable.url, cut);
  try {
    const cutOff = erasable.erase({ url: proxy.url, governor: BATCHES });
    const ended = await cutOff.then(
      () => "completed",
      () => "lost",
    );
    const at = `${cut.when} ${cut.statement}: ${proxy.statements[cut.statement - 1]}`;
    // Of a COMMIT whose answer is lost a second connection asks, and the run goes no further on the first.
    expect(ended, at).toBe("lost");
    expect(await erasable.changed(), at).toEqual([]);
    await expect
      .poll(
        () =>
          erasable.erase({ governor: BATCHES }).then(
            () => "completed",
            (error: { findings?: { code: string }[] }) => error.findings?.[0]?.code ?? String(error),
          ),
        { timeout: 60_000 },
      )
      .toBe("completed");
    expect(await erasable.prove(), at).toMatchObject({ empty: true });
    expect(await erasable.changed(), at).toEqual([]);
  } finally {
    await proxy.close();
    await erasable.drop();
  }
}

it("is completed by the next run, at whichever statement the connection was lost", async () => {
  const statements = await statementsOf();
  expect(statements.length).toBeGreaterThan(100);
  for (const kind of [
    /^BEGIN/,
    /pg_try_advisory/,
    /FOR SHARE|^WITH f/,
    /DELETE FROM/,
    /^WITH lost/,
    /^COMMIT/,
  ])
    expect(
      statements.some((text) => kind.test(text)),
      String(kind),
    ).toBe(true);
  const cuts = statements.flatMap((_, at) =>
    (["before", "after"] as const).map((when): Cut => ({ statement: at + 1, when })),
  );
  for (const cut of shard(cuts, SHARES)) await strike(cut);
}, 1_800_000);
