/** A process that deletes, killed before and after each of its side effects: others are intact, and the next one completes it. */
import { expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { shard } from "../../testing/shard.ts";
import { type CrashPoint, crashAt, crashPoints } from "../testing/crash.ts";
import { FILING_OWNED, FILING_SCHEMA, FILING_YAML } from "../testing/filing.ts";
import { type TinyErasable, tinyErasable } from "../testing/tiny-erasable.ts";

const made = () => tinyErasable(FILING_SCHEMA, FILING_OWNED, { yaml: FILING_YAML });

const jobOf = ({ url, key, digests }: TinyErasable) => ({
  operation: "delete" as const,
  url,
  platform: `platform: tiny\ntenant: { table: public.orgs, key: id, slug: slug }\n${FILING_YAML}`,
  tenantKey: key,
  bundle: digests,
});

async function withErasable<T>(work: (erasable: TinyErasable) => Promise<T>): Promise<T> {
  const erasable = await made();
  try {
    return await work(erasable);
  } finally {
    await erasable.drop();
  }
}

/** The killed process' session holds the tenant until the server notices. */
async function nextWorker(erasable: TinyErasable): Promise<void> {
  await expect
    .poll(
      () =>
        erasable.erase().then(
          () => "completed",
          (error: unknown) => {
            if (error instanceof Refusal && error.findings[0]?.code === "tenant-locked") return "locked";
            throw error;
          },
        ),
      { timeout: 60_000 },
    )
    .toBe("completed");
}

it("is completed by the next worker, whatever it was killed at", async () => {
  const points = await withErasable((erasable) => crashPoints({ ...jobOf(erasable), point: null }));
  expect(new Set(points.map(({ name }) => name))).toEqual(
    new Set([
      "take over",
      "begin",
      "record public.notes",
      "record public.items",
      "record public.marks",
      "record public.sessions",
      "record public.orgs",
      "delete public.notes",
      "delete public.items",
      "delete public.marks",
      "delete public.sessions",
      "delete public.orgs",
      "keep transaction",
      "commit",
    ]),
  );
  const killed = async (point: CrashPoint) =>
    withErasable(async (erasable) => {
      await crashAt({ ...jobOf(erasable), point }, point);
      const at = `${point.when} ${point.name}`;
      expect(await erasable.changed(), at).toEqual([]);
      await nextWorker(erasable);
      expect(await erasable.prove(), at).toMatchObject({ empty: true });
      expect(await erasable.changed(), at).toEqual([]);
      await erasable.clear();
      await erasable.bringBack();
      const lost = (await erasable.changedAtAll()).filter((line) => !line.startsWith("public.sessions"));
      expect(lost, at).toEqual([]);
    });
  for (const point of shard(points, 40)) await killed(point);
}, 600_000);
