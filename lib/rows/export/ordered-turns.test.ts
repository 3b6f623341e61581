import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderedTurns } from "./ordered-turns.ts";

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("turns", () => {
  it("come in order and one at a time, however the readers are scheduled", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        async (slices, readerCount, scheduler) => {
          const jobs = slices.flatMap((count, order) => Array.from({ length: count }, () => order));
          const turns = orderedTurns(jobs);
          const queue = [...jobs];
          const written: number[] = [];
          let writing = 0;
          const read = async () => {
            for (let order = queue.shift(); order !== undefined; order = queue.shift()) {
              const mine = order;
              for (let part = 0; part < 2; part++) {
                await scheduler.schedule(Promise.resolve());
                await turns.take(mine, async () => {
                  expect(++writing).toBe(1);
                  await scheduler.schedule(Promise.resolve());
                  writing--;
                  written.push(mine);
                });
              }
              turns.end(mine);
            }
          };
          await scheduler.waitFor(Promise.all(Array.from({ length: readerCount }, read)));
          expect(written).toEqual(jobs.flatMap((order) => [order, order]));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("give what was done in them, and go on after one has failed", async () => {
    const turns = orderedTurns([0]);
    expect(await turns.take(0, async () => "done")).toBe("done");
    await expect(turns.take(0, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
    expect(await turns.take(0, async () => "again")).toBe("again");
  });

  it("wait for every slice of what comes before", async () => {
    const turns = orderedTurns([0, 0, 1]);
    let gone = false;
    const waiting = turns.take(1, async () => {
      gone = true;
    });
    turns.end(0);
    await tick();
    expect(gone).toBe(false);
    turns.end(0);
    await waiting;
    expect(gone).toBe(true);
  });

  it("end for whoever waits, and whoever comes, with the error of the one who failed", async () => {
    const turns = orderedTurns([0, 1]);
    const waiting = turns.take(1, async () => "never");
    turns.fail(new Error("cut"));
    turns.fail(new Error("later"));
    await expect(waiting).rejects.toThrow("cut");
    await expect(turns.take(0, async () => "never")).rejects.toThrow("cut");
  });
});
