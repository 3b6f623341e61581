/** What is done with a bundle when it is there, each beside what it must not be slower than: verify, diff, encrypt. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeAgeKey } from "../../lib/bundle/encryption/keys.ts";
import { onlyTenant } from "../ground/databases.ts";
import { alternate, LONG_RUNS, median } from "../measure/rounds.ts";
import { runWorker } from "../measure/worker.ts";
import { dump, dumpReads } from "../peers/pg-dump.ts";
import { atLeast, type Verdict, within } from "../report.ts";
import type { Diffed, DiffJob } from "../workers/diff.ts";
import type { Exported, ExportJob } from "../workers/export.ts";
import type { Verified, VerifyJob } from "../workers/verify.ts";
import { memoryNotes, requireRows, type SuiteContext, type SuiteResult } from "./suite.ts";

/** Bytes of rows a second. */
const VERIFY_RATE = 300e6;

export async function bundleSuite(context: SuiteContext): Promise<SuiteResult> {
  const { ground, pair, size, rounds, say } = context;
  const folder = join(ground.files, "bundle");
  mkdirSync(folder);
  const { memory, note } = memoryNotes();
  const { recipient } = await makeAgeKey();
  const exporting = (name: string, recipients?: readonly string[]) => async () => {
    const job: ExportJob = {
      url: pair.source,
      folder,
      name,
      compression: "zstd",
      connections: 2,
      signed: false,
      recipients,
    };
    rmSync(join(folder, name), { force: true });
    const done = await runWorker<Exported>("export", job);
    if (recipients !== undefined) note("encrypted export", done.peakMemory);
    return done;
  };
  const first = (await exporting("bundle")()).result;
  const bundle = join(folder, "bundle");
  const seconds = await alternate(
    {
      plain: async () => (await exporting("again")()).seconds,
      encrypted: async () => (await exporting("encrypted.age", [recipient])()).seconds,
      diff: async () => {
        const done = await runWorker<Diffed>("diff", { url: pair.source, bundle } satisfies DiffJob);
        requireRows(done, first.rows, "comparison");
        note("comparison", done.peakMemory);
        return done.seconds;
      },
      verify: async () => {
        const done = await runWorker<Verified>("verify", { bundle } satisfies VerifyJob);
        requireRows(done, first.rows, "verification");
        note("verification", done.peakMemory);
        return done.seconds;
      },
    },
    rounds,
    size < LONG_RUNS,
  );
  const { plain, encrypted, diff, verify } = seconds;
  const about = { size, rows: first.rows, bytes: first.bytes };
  const verdicts: Verdict[] = [
    atLeast(0.85, {
      ...about,
      what: "export, encrypted : the same, not encrypted",
      ours: encrypted,
      peer: plain,
    }),
    within(1, { ...about, what: "diff, bundle : live, equal : export", ours: diff, peer: plain }),
    verifyVerdict(about, verify),
  ];
  if (dumpReads(ground.major)) verdicts.push(...(await dumps(context, folder, plain, about)));
  else
    say(
      `pg_dump of this machine does not read PostgreSQL ${ground.major}: --postgres 15 has a server that it does.`,
    );
  rmSync(folder, { recursive: true });
  return { memory, verdicts };
}

function verifyVerdict(
  { size, bytes }: { readonly size: number; readonly bytes: number },
  seconds: readonly number[],
): Verdict {
  const rate = bytes / median(seconds);
  const megabytes = (perSecond: number) => `${Math.round(perSecond / 1e6)} MB/s`;
  return {
    what: "verify, uncompressed content",
    size,
    ours: `${median(seconds).toFixed(2)} s (${megabytes(rate)})`,
    peer: megabytes(VERIFY_RATE),
    ratio: rate / VERIFY_RATE,
    wanted: `≥ ${megabytes(VERIFY_RATE)}`,
    ok: rate >= VERIFY_RATE,
    rounds: { ours: seconds, peer: [bytes / VERIFY_RATE] },
  };
}

/** Beside the export; nothing is wanted of them. */
async function dumps(
  { ground, size, rounds }: SuiteContext,
  folder: string,
  plain: readonly number[],
  about: { readonly size: number; readonly rows: number; readonly bytes: number },
): Promise<Verdict[]> {
  const alone = await onlyTenant(ground.url, size);
  try {
    const times = await alternate(
      {
        custom: () => dump(alone.url, folder, "-Fc"),
        directory: () => dump(alone.url, folder, "-Fd -j2"),
      },
      Math.min(rounds, 3),
      false,
    );
    return [
      atLeast(0, {
        ...about,
        what: "export : pg_dump -Fc of a database of its own",
        ours: plain,
        peer: times.custom,
      }),
      atLeast(0, {
        ...about,
        what: "export : pg_dump -Fd -j2 of the same",
        ours: plain,
        peer: times.directory,
      }),
    ];
  } finally {
    await alone.drop();
  }
}
