import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSecretBox } from "../../access/secret-box.ts";
import { generateSecretKey, parseSecretKey } from "../../access/secret-key.ts";
import type { Answer } from "../../engine/engine.ts";
import { createWorld, request, type World } from "../../engine/testing/world.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { webhookDeliveries, webhooks } from "../../records/schema/webhooks.ts";
import type { Console } from "../console.ts";
import { parseNetworks } from "./addresses.ts";
import { announce } from "./announce.ts";
import { MOST_TRIES } from "./backoff.ts";
import { actOnWebhook, addWebhook, sendAgain, type WebhookAct } from "./change-webhooks.ts";
import { deliver, deliverDue } from "./deliver.ts";

const secrets = createSecretBox({ current: parseSecretKey(generateSecretKey())! });
let world: World;
let engine: World["engine"];
let server: Server;
let heard: { headers: IncomingMessage["headers"]; body: string; url: string }[] = [];
let answerWith = 200;

/** No letters of hexadecimal digits alone: those come up in any id, by chance. */
const TOKEN = "opens-the-receiver";

beforeAll(async () => {
  world = await createWorld();
  engine = world.engineWith({ announce: (tx, announcement) => announce(tx, engine.queue, announcement) });
  server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (piece) => {
      body += piece;
    });
    incoming.on("end", () => {
      heard.push({ headers: incoming.headers, body, url: incoming.url! });
      response
        .writeHead(answerWith, answerWith === 302 ? { location: "/elsewhere" } : {})
        .end("much to read");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
beforeEach(async () => {
  await world.clear();
  await world.records.delete(webhooks);
  heard = [];
  answerWith = 200;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});

/** A console whose configuration opens these networks. */
const hands = (networks = "127.0.0.1") =>
  ({
    records: world.records,
    secrets,
    engine,
    config: { webhookNetworks: parseNetworks(networks)! },
  }) as unknown as Console;
const here = (host = "127.0.0.1") =>
  `http://${host}:${(server.address() as AddressInfo).port}/hook?token=${TOKEN}`;
const codes = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" "));

async function hook(url = here(), events: readonly string[] = ["operation.succeeded", "review.wanted"]) {
  const added = await addWebhook(hands(), world.admin, { name: "chat", url, events });
  if (!added.ok) throw new Error(JSON.stringify(added.findings));
  return added;
}
const deliveries = () =>
  world.records
    .select()
    .from(webhookDeliveries)
    .orderBy(asc(webhookDeliveries.createdAt), asc(webhookDeliveries.id));
async function tested(url?: string): Promise<string> {
  const { webhookId } = await hook(url);
  await actOnWebhook(hands(), world.admin, { webhookId, act: "test" });
  return (await deliveries()).at(-1)!.id;
}
const jobs = async () =>
  (
    await world.records.pool.query(
      "SELECT start_after > created_on AS later FROM pgboss.job WHERE name = 'tell'",
    )
  ).rows;

describe("changing webhooks", () => {
  it("asks for the permission and for an address that could be one", async () => {
    const { webhookId } = await hook();
    for (const actor of [world.viewer, world.operator, world.reviewer]) {
      const given = { name: "x", url: here(), events: ["review.wanted"] };
      expect(codes(await addWebhook(hands(), actor, given))).toBe("not-permitted");
      for (const act of ["pause", "resume", "remove", "test"] satisfies WebhookAct[])
        expect(codes(await actOnWebhook(hands(), actor, { webhookId, act })), act).toBe("not-permitted");
      expect(codes(await sendAgain(hands(), actor, newId()))).toBe("not-permitted");
    }
    const wrong = { name: "", url: "x", events: [] };
    expect(codes(await addWebhook(hands(), world.admin, wrong))).toBe(
      Array(3).fill("webhook-invalid").join(" "),
    );
    for (const url of [
      "ftp://x.example",
      "https://user:pass@x.example/",
      "https://x.example/#a",
      "javascript:1",
    ])
      expect(
        codes(await addWebhook(hands(), world.admin, { name: "x", url, events: ["review.wanted"] })),
        url,
      ).toBe("webhook-invalid");
    const event = { name: "x", url: here(), events: ["everything"] };
    expect(codes(await addWebhook(hands(), world.admin, event))).toBe("webhook-invalid");
    expect(codes(await actOnWebhook(hands(), world.admin, { webhookId: newId(), act: "test" }))).toBe(
      "webhook-unknown",
    );
    expect(codes(await sendAgain(hands(), world.admin, newId()))).toBe("delivery-unknown");
    expect(await world.records.select().from(webhooks)).toHaveLength(1);
  });

  it("shows the secret once; neither it nor the address's token is in the records in the clear or in the trail", async () => {
    const { webhookId, secret } = await hook();
    const [row] = await world.records.select().from(webhooks).where(eq(webhooks.id, webhookId));
    expect(row!.secret.toString("latin1")).not.toContain(secret);
    await actOnWebhook(hands(), world.admin, { webhookId, act: "pause" });
    const trail = await world.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, webhookId));
    expect(trail.map(({ action }) => action).toSorted()).toEqual(["webhook.added", "webhook.paused"]);
    for (const hidden of [TOKEN, "whsec_"]) expect(JSON.stringify(trail)).not.toContain(hidden);
  });
});

describe("what happens", () => {
  it("is told those who listen for it, signed, once, without names", async () => {
    const { secret } = await hook();
    await hook(here(), ["operation.failed"]);
    const id = await request({ ...world, engine }, { batches: 3 });
    const [told, ...more] = await deliveries();
    expect(more).toEqual([]);
    expect(told).toMatchObject({ event: "review.wanted", operationId: id, state: "waiting", tries: 0 });
    expect(await jobs()).toHaveLength(1);
    const twice = await Promise.all([deliver(hands(), told!.id), deliver(hands(), told!.id)]);
    expect(twice.toSorted()).toEqual(["delivered", "not due"]);
    expect(heard).toHaveLength(1);
    const { headers, body } = heard[0]!;
    expect(JSON.parse(body)).toMatchObject({
      event: "review.wanted",
      operation: { id, state: "in_review" },
    });
    expect(body).not.toMatch(/acme|Otto/i);
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", key).update(signed).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
    expect(headers["webhook-id"]).toBe(told!.id);
    expect((await deliveries())[0]).toMatchObject({ state: "delivered", tries: 1, lastStatus: "HTTP 200" });
  });

  it("is told nobody whose webhook is paused, or when it did not happen", async () => {
    const { webhookId } = await hook();
    await expect(
      world.records.transaction(async (tx) => {
        const operation = { id: newId(), kind: "fill", state: "failed", platformId: newId() } as const;
        await announce(tx, engine.queue, {
          event: "review.wanted",
          operation: { ...operation, tenantKey: null, tenantSlug: null },
        }).catch(() => {});
        throw new Error("taken back");
      }),
    ).rejects.toThrow();
    await actOnWebhook(hands(), world.admin, { webhookId, act: "pause" });
    await request({ ...world, engine }, { batches: 3 });
    expect(await deliveries()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });
});

describe("a delivery that fails", () => {
  it("is tried again later, is given up at last, and can be sent again by a person", async () => {
    answerWith = 500;
    const id = await tested();
    expect(await deliver(hands(), id)).toBe("waiting");
    expect((await deliveries())[0]).toMatchObject({ state: "waiting", tries: 1, lastStatus: "HTTP 500" });
    expect((await jobs()).map(({ later }) => later).toSorted()).toEqual([false, true]);
    expect(await deliver(hands(), id)).toBe("not due");
    await world.records
      .update(webhookDeliveries)
      .set({ tries: MOST_TRIES - 1, nextTryAt: sql`now() - interval '2 minutes'` });
    expect(await deliverDue(hands(), new AbortController().signal)).toBe(1);
    expect((await deliveries())[0]).toMatchObject({ state: "given_up", tries: MOST_TRIES, nextTryAt: null });
    answerWith = 204;
    expect(codes(await sendAgain(hands(), world.admin, id))).toBe("ok");
    expect(codes(await sendAgain(hands(), world.admin, id))).toBe("delivery-unknown");
    expect(await deliver(hands(), id)).toBe("delivered");
    expect(heard.map(({ headers }) => headers["webhook-id"])).toEqual([id, id, id]);
  });

  it("of a redirect is not followed, of no answer in time and of no server says so", async () => {
    answerWith = 302;
    await deliver(hands(), await tested());
    expect(heard.map(({ url }) => url)).toEqual([`/hook?token=${TOKEN}`]);
    expect((await deliveries()).at(-1)).toMatchObject({ lastStatus: "HTTP 302", state: "waiting" });
    await deliver(hands(), await tested("http://127.0.0.1:1/"));
    expect((await deliveries()).at(-1)).toMatchObject({ lastStatus: "connection refused" });
  });
});

describe("a private address", () => {
  const refusedAs = async (url: string, networks: string, addresses?: readonly string[]) => {
    const resolve = addresses === undefined ? undefined : async () => addresses;
    await deliver(hands(networks), await tested(url), resolve === undefined ? {} : { resolve });
    return (await deliveries()).at(-1)!.lastStatus;
  };

  it("is refused when something is delivered, in whatever way it is written or resolved", async () => {
    expect(await refusedAs(here(), "")).toBe("address refused");
    for (const url of ["http://127.1/", "http://0x7f000001/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"])
      expect(await refusedAs(url, ""), url).toBe("address refused");
    expect(await refusedAs(here("hook.example"), "", ["127.0.0.1"])).toBe("address refused");
    expect(await refusedAs(here("hook.example"), "", ["8.8.8.8", "10.0.0.1"])).toBe("address refused");
    expect(await refusedAs(here("hook.example"), "127.0.0.1", ["127.0.0.1", "10.0.0.1"])).toBe(
      "address refused",
    );
    expect(await refusedAs(here("hook.example"), "", [])).toBe("name not found");
    expect(await refusedAs("http://8.8.8.8/", "")).toBe("https needed");
    expect(heard).toEqual([]);
  });

  it("that is opened is reached by the address that was looked at, under the name that was given", async () => {
    expect(await refusedAs(here("hook.example"), "127.0.0.1", ["127.0.0.1"])).toBe("HTTP 200");
    expect(heard[0]!.headers.host).toMatch(/^hook\.example:/);
  });
});
