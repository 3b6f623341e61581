import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isAllowed, isPublic, parseNetworks } from "./addresses.ts";
import { MOST_TRIES, nextTry } from "./backoff.ts";
import { payloadOf } from "./events.ts";
import { generateWebhookSecret, signedHeaders } from "./signature.ts";

describe("an address", () => {
  test("is public only where anybody's server could be", () => {
    for (const open of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "2a00:1450::1"])
      expect(isPublic(open), open).toBe(true);
    for (const shut of [
      ...["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "0.0.0.0"],
      ...["169.254.169.254", "100.64.0.1", "100.127.255.255", "224.0.0.1", "255.255.255.255", "198.18.0.1"],
      ...["::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"],
      ...["64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136::1", "2001:db8::1", "localhost", "", "8.8.8.8.8"],
    ])
      expect(isPublic(shut), shut).toBe(false);
  });

  test("is opened by the configuration, one by one or by network; nonsense opens nothing", () => {
    const allowed = parseNetworks("10.1.0.0/16, 127.0.0.1,fd00::/8")!;
    expect(["10.1.2.3", "127.0.0.1", "fd00::1"].every((address) => isAllowed(address, allowed))).toBe(true);
    expect(["10.2.0.1", "127.0.0.2", "fe80::1", "x"].some((address) => isAllowed(address, allowed))).toBe(
      false,
    );
    expect(isAllowed("127.0.0.1", parseNetworks("")!)).toBe(false);
    for (const wrong of ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "example.com", "10.0.0", "::1/129"])
      expect(parseNetworks(wrong), wrong).toBeNull();
  });
});

test("a signature can be checked by anybody who has the secret, and covers id, time and body", () => {
  const secret = generateWebhookSecret();
  const headers = signedHeaders(secret, "d1", 1700000000, '{"event":"test"}');
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  expect(key).toHaveLength(32);
  const expected = createHmac("sha256", key).update('d1.1700000000.{"event":"test"}').digest("base64");
  expect(headers).toEqual({
    "webhook-id": "d1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${expected}`,
  });
  expect(signedHeaders(secret, "d1", 1700000001, '{"event":"test"}')).not.toEqual(headers);
});

test("a payload holds ids and states, and nothing of a tenant or a person", () => {
  const told = { id: "o1", kind: "import", state: "failed", platformId: "p1" } as const;
  const operation = {
    ...told,
    tenantKey: "42",
    tenantSlug: "acme",
    requestedBy: "someone",
    reason: "secret",
  };
  expect(payloadOf("operation.failed", operation, new Date("2026-01-02T03:04:05Z"))).toEqual({
    event: "operation.failed",
    at: "2026-01-02T03:04:05.000Z",
    operation: { id: "o1", kind: "import", state: "failed", platformId: "p1" },
  });
});

test("tries grow apart up to eight hours, differ among themselves, and end", () => {
  expect(nextTry(1, 0.5)).toBe(15);
  expect(nextTry(2, 0.5)).toBe(45);
  expect(nextTry(11, 0.5)).toBe(8 * 3600);
  expect(nextTry(3, 0)).toBeLessThan(nextTry(3, 1)!);
  expect(nextTry(MOST_TRIES)).toBeNull();
});
