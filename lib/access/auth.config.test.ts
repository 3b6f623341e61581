/** next-auth with this console's configuration, by requests as a browser sends them. */
import { Auth, setEnvDefaults } from "@auth/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processRecords } from "../records/process.ts";
import { persons } from "../records/schema/persons.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { actorOf, type SessionClaim } from "./actor-of.ts";
import { authConfig } from "./auth.config.ts";
import { ASK_AGAIN } from "./confirm-person.ts";
import { generateSecretKey } from "./secret-key.ts";
import { CLIENT, type OidcProvider, startOidcProvider } from "./testing/oidc-provider.ts";
import { addTestActor, type TestPerson } from "./testing/people.ts";

const ORIGIN = "http://localhost:3999";

let database: TestDatabase;
let provider: OidcProvider;
let ada: TestPerson;

beforeAll(async () => {
  database = await createTestDatabase("records");
  provider = await startOidcProvider();
  Object.assign(process.env, {
    TENANTRY_RECORDS_URL: database.url,
    AUTH_SECRET: "s".repeat(40),
    AUTH_URL: ORIGIN,
    TENANTRY_SECRET_KEY: generateSecretKey(),
    TENANTRY_OIDC_ISSUER: provider.issuer,
    TENANTRY_OIDC_CLIENT_ID: CLIENT.id,
    TENANTRY_OIDC_CLIENT_SECRET: CLIENT.secret,
  });
  ada = await addTestActor(processRecords(), "ada", ["operator"]);
});
afterAll(async () => {
  await processRecords().close();
  await provider.close();
  await database.drop();
});

/** Keeps cookies as a browser does, and follows nothing. */
class Browser {
  readonly cookies = new Map<string, string>();

  async send(path: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const init = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const request = new Request(new URL(path, ORIGIN), { headers: { cookie }, ...init });
    const config = authConfig();
    setEnvDefaults(process.env, config);
    const response = await Auth(request, { ...config, basePath: "/api/auth" });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0]!.split("=") as [string, string];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async post(path: string, form: Record<string, string>): Promise<Response> {
    const { csrfToken } = (await (await this.send("/api/auth/csrf")).json()) as { csrfToken: string };
    return this.send(path, { csrfToken, ...form });
  }

  async session(): Promise<{ readonly claim: SessionClaim } | null> {
    return (await (await this.send("/api/auth/session")).json()) as { claim: SessionClaim } | null;
  }

  /** Through the provider and back; returns where that led. */
  async signInByProvider(): Promise<string> {
    const away = await this.post("/api/auth/signin/oidc", { callbackUrl: "/reviews" });
    const asked = await fetch(away.headers.get("location")!, { redirect: "manual" });
    const back = await this.send(asked.headers.get("location")!);
    return back.headers.get("location")!.replace(ORIGIN, "");
  }
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});

const signIn = (password: string) =>
  browser.post("/api/auth/callback/credentials", { email: "ada@example.com", password });

describe("with a password", () => {
  it("the session holds the person's id, epoch and time, and nothing else", async () => {
    expect(await browser.session()).toBeNull();
    await signIn(ada.password);
    const session = await browser.session();
    expect(session).toEqual({
      expires: expect.any(String),
      claim: { personId: ada.actor.personId, epoch: 1, signedInAt: expect.any(Number) },
    });
    expect(await actorOf(processRecords(), session!.claim)).toMatchObject({ state: "signed-in" });
    for (const [name, value] of browser.cookies) expect(`${name}=${value}`).not.toContain(ada.actor.personId);
  });

  it("a wrong one makes no session, and says so by a code without the cause", async () => {
    const response = await signIn("wrong");
    expect(response.headers.get("location")).toBe(
      `${ORIGIN}/sign-in?error=CredentialsSignin&code=credentials-wrong`,
    );
    expect(await browser.session()).toBeNull();
  });

  it("a form of another site gets nowhere: the token of this browser is missing", async () => {
    await browser.send("/api/auth/callback/credentials", {
      email: "ada@example.com",
      password: ada.password,
    });
    expect(await browser.session()).toBeNull();
  });

  it("a client cannot write itself another claim", async () => {
    await signIn(ada.password);
    const before = await browser.session();
    const other = await addTestActor(processRecords(), "root", ["admin"]);
    const claim = { personId: other.actor.personId, epoch: 1, signedInAt: Date.now() };
    await browser.post("/api/auth/session", {
      data: JSON.stringify({ claim }),
      claim: JSON.stringify(claim),
    });
    expect((await browser.session())?.claim).toEqual(before!.claim);
  });

  it("a cookie that was made with another secret is none", async () => {
    await signIn(ada.password);
    process.env.AUTH_SECRET = "t".repeat(40);
    expect(await browser.session()).toBeNull();
    process.env.AUTH_SECRET = "s".repeat(40);
  });
});

describe("by the provider", () => {
  it("a new person comes in, and has no role", async () => {
    provider.claims = {
      sub: "7",
      email: "Grace@Example.com",
      email_verified: true,
      name: "Grace",
      roles: ["admin"],
    };
    expect(await browser.signInByProvider()).toBe("/reviews");
    const session = await browser.session();
    const state = await actorOf(processRecords(), session!.claim);
    expect(state).toMatchObject({ state: "signed-in", actor: { email: "grace@example.com", roles: [] } });
    const count = await processRecords().$count(persons);
    expect(await new Browser().signInByProvider()).toBe("/reviews");
    expect(await processRecords().$count(persons)).toBe(count);
  });

  it("the session says when the provider asked the person, and nothing where it does not say", async () => {
    const vouchedAt = async (authTime: number | undefined) => {
      provider.claims = { sub: "9", email: "oda@example.com", email_verified: true, auth_time: authTime };
      const fresh = new Browser();
      await fresh.signInByProvider();
      return (await fresh.session())!.claim.vouchedAt;
    };
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    expect(await vouchedAt(hourAgo)).toBe(hourAgo * 1000);
    const ahead = await vouchedAt(hourAgo + 7200);
    expect(ahead).toBeLessThanOrEqual(Date.now());
    expect(ahead).toBeGreaterThan(Date.now() - 60_000);
    expect(await vouchedAt(undefined)).toBeUndefined();
  });

  it("a sign-in that is to be fresh makes the provider ask again and say when", async () => {
    const path = `/api/auth/signin/oidc?${new URLSearchParams(ASK_AGAIN)}`;
    const away = await browser.post(path, { callbackUrl: "/reviews" });
    const asked = new URL(away.headers.get("location")!).searchParams;
    expect([asked.get("prompt"), asked.get("max_age")]).toEqual(["login", "0"]);
  });

  it("nobody takes over a person by an e-mail that is not verified", async () => {
    provider.claims = { sub: "8", email: "ada@example.com", email_verified: false };
    expect(await browser.signInByProvider()).toBe("/sign-in?error=email-unverified");
    expect(await browser.session()).toBeNull();
  });

  it("an answer that this browser did not ask for is refused", async () => {
    provider.claims = { sub: "7", email: "grace@example.com", email_verified: true };
    const away = await browser.post("/api/auth/signin/oidc", {});
    const asked = await fetch(away.headers.get("location")!, { redirect: "manual" });
    const victim = new Browser();
    const back = await victim.send(asked.headers.get("location")!);
    expect(back.headers.get("location")).toContain("/sign-in?error=");
    expect(await victim.session()).toBeNull();
  });
});
