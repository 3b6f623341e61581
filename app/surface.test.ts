/**
 * The whole surface that a stranger can reach: every exported server action and every route handler, found in the
 * source. Each is called without a session and by a person without a role; each act behind one has a test that sees
 * it refused. A new one is found here before anybody else finds it.
 */
import { globSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SessionClaim } from "../lib/access/actor-of.ts";
import { generateSecretKey } from "../lib/access/secret-key.ts";
import { addTestActor } from "../lib/access/testing/people.ts";
import { getConsole } from "../lib/operations/console.ts";
import { processRecords } from "../lib/records/process.ts";
import { createTestDatabase } from "../lib/testing/database.ts";

const asked = vi.hoisted(() => ({ claim: null as SessionClaim | null }));
vi.mock("../lib/access/auth.ts", () => ({
  auth: async () => (asked.claim === null ? null : { claim: asked.claim }),
  signIn: async () => undefined,
  signOut: async () => undefined,
  handlers: {},
}));

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** What is open to those who are not signed in, and why. */
const OPEN: Readonly<Record<string, string>> = {
  signInAction: "it is how one signs in",
  signInWithProviderAction: "it is how one signs in",
  signOutAction: "it ends whatever session there is",
  signOutEverywhereAction: "it ends the session's own person's sessions",
  chooseTheme: "it sets a cookie of the browser's own",
};

/** Handlers that machines ask without a session, and why. */
const PROBES: Readonly<Record<string, string>> = {
  "app/healthz/route.ts": "it says only that the process lives",
  "app/readyz/route.ts": "it names the part that is not ready, and nothing of what is in it",
  "app/metrics/route.ts": "it asks for a token of its own (lib/operations/telemetry)",
};

/** What a person without a role may do: what is about themselves alone. */
const OWN = new Set(["changePasswordAction", "markNoticesRead", "dismissNotice"]);

interface Reachable {
  readonly file: string;
  readonly name: string;
  readonly source: string;
}

/** The exported functions of the files that begin with "use server". */
function serverActions(): Reachable[] {
  const files = globSync("{app,components,lib}/**/*.{ts,tsx}", { cwd: ROOT }).filter((file) =>
    /^["']use server["']/m.test(read(file)),
  );
  return files.flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)[\s\S]*?^\}/gm)].map((match) => ({
      file,
      name: match[1]!,
      source: match[0],
    }));
  });
}

const HANDLERS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

function routeHandlers(): Reachable[] {
  return globSync("app/**/route.ts", { cwd: ROOT })
    .filter((file) => !file.includes("[...nextauth]") && !(file in PROBES))
    .flatMap((file) => {
      const text = read(file);
      return HANDLERS.filter((name) =>
        new RegExp(`^export (async )?function ${name}\\b`, "m").test(text),
      ).map((name) => ({ file, name, source: text }));
    });
}

const actions = serverActions();
const handlers = routeHandlers();

let nobody: SessionClaim;
beforeAll(async () => {
  // Files share a process: what another one has loaded knows nothing of this one's sessions, and the other way round.
  vi.resetModules();
  process.env.TENANTRY_RECORDS_URL = (await createTestDatabase("records")).url;
  process.env.TENANTRY_SECRET_KEY = generateSecretKey();
  process.env.TENANTRY_BUNDLE_FOLDER = join(tmpdir(), "tenantry-surface");
  const { actor } = await addTestActor(processRecords(), "nobody", []);
  nobody = { personId: actor.personId, epoch: actor.sessionEpoch, signedInAt: Date.now() };
  for (const each of [...actions, ...handlers]) await load(each);
}, 300_000);
afterAll(async () => {
  await (await getConsole()).close();
  vi.doUnmock("../lib/access/auth.ts");
  vi.resetModules();
});

const load = async ({ file, name }: Reachable) =>
  ((await import(join(ROOT, file))) as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!;

/** Where it led instead of answering; null where it answered. */
async function ledTo(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    return (error as { digest?: string }).digest ?? String(error);
  }
}

/** As the browser posts it: what was there before, and an empty form. An action that only takes a form gets it first. */
const callAction = async (each: Reachable) => {
  const action = await load(each);
  return action.length >= 2 ? action({ findings: [], values: {} }, new FormData()) : action(new FormData());
};
const callHandler = async (each: Reachable) => {
  const handler = await load(each);
  const id = "01890000-0000-7000-8000-000000000000";
  const request = new Request("http://localhost/api?format=csv&q=a", { method: each.name });
  return (await handler(request, { params: Promise.resolve({ id }) })) as Response;
};

describe("the surface", () => {
  it("is found", () => {
    expect(actions.length).toBeGreaterThan(20);
    expect(handlers.map(({ file }) => file)).toContain("app/api/keys/[id]/route.ts");
    for (const name of Object.keys(OPEN))
      expect(
        actions.map((each) => each.name),
        `${name} is open and not there`,
      ).toContain(name);
    for (const file of Object.keys(PROBES)) expect(read(file), file).toContain("export");
  });

  it("is closed to those who are not signed in", async () => {
    asked.claim = null;
    for (const each of actions.filter(({ name }) => !(name in OPEN)))
      expect(await ledTo(() => callAction(each)), each.name).toMatch(/^NEXT_REDIRECT;.*;\/sign-in/);
    for (const each of handlers)
      expect((await callHandler(each)).status, `${each.name} ${each.file}`).toBe(401);
  }, 120_000);

  it("does nothing for a person without a role but what is about themselves", async () => {
    asked.claim = nobody;
    for (const each of actions.filter(({ name }) => !(name in OPEN) && !OWN.has(name))) {
      const state = (await callAction(each)) as { findings?: readonly unknown[]; done?: unknown } | undefined;
      const refused = (state?.findings?.length ?? 0) > 0 && (state?.done ?? null) === null;
      expect(refused, `${each.name} answered ${JSON.stringify(state)}`).toBe(true);
    }
    for (const each of handlers)
      expect([400, 403, 404], `${each.name} ${each.file}`).toContain((await callHandler(each)).status);
  }, 120_000);

  it("has for each act behind it a test that sees it refused", () => {
    const tests = globSync("{app,lib}/**/*.test.ts", { cwd: ROOT })
      .filter((file) => file !== "app/surface.test.ts")
      .map(read)
      .filter((text) => /not-permitted|not-allowed|Refused\b|toBe\(40[13]\)|not-your-request/.test(text));
    const untested = [...actions, ...handlers]
      .filter(({ name }) => !(name in OPEN) && !OWN.has(name))
      .filter((each) => {
        const acts = actsOf(each);
        expect(acts, `${each.name} of ${each.file} hands on to nothing that could be tested`).not.toEqual([]);
        return !acts.some((act) =>
          tests.some((text) => new RegExp(`\\b${act}\\(|\\b${act}\\b[,)]`).test(text)),
        );
      })
      .map(({ name, file }) => `${name} in ${file}`);
    expect(untested).toEqual([]);
  });
});

/** The functions of other files of ours that an action hands on to: those that authorise. */
function actsOf({ file, source }: Reachable): string[] {
  const imports = [...read(file).matchAll(/import \{([^}]*)\} from "(\.[^"]*)"/g)]
    .filter(([, , from]) => !/session|console\.ts|links|refused|safe|theme/.test(from!))
    .flatMap(([, names]) => names!.split(","))
    .map((name) => name.trim())
    .filter((name) => /^[a-z]\w+$/.test(name));
  return imports.filter((name) => new RegExp(`\\b${name}\\(`).test(source));
}
