import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { clientAddress, settleAddresses } from "./client-address.ts";
import { safeNext } from "./next-page.ts";
import { contentSecurityPolicy, securityHeaders } from "./security-headers.ts";
import { isSessionCookie } from "./session-cookie.ts";

describe("where a request comes from", () => {
  it("is the socket, whatever the client writes, where no proxy is trusted", () => {
    expect(clientAddress("203.0.113.9", "192.0.2.1", 0)).toBe("192.0.2.1");
    expect(clientAddress(undefined, "::ffff:192.0.2.1", 0)).toBe("192.0.2.1");
    expect(clientAddress(undefined, undefined, 0)).toBe("unknown");
  });

  it("is what the outermost proxy of ours saw, and not what came before", () => {
    expect(clientAddress("203.0.113.9, 198.51.100.7", "10.0.0.1", 1)).toBe("198.51.100.7");
    expect(clientAddress("spoofed, 198.51.100.7, 10.0.0.2", "10.0.0.1", 2)).toBe("198.51.100.7");
    expect(clientAddress("198.51.100.7", "10.0.0.1", 3)).toBe("10.0.0.1");
    expect(clientAddress("", "10.0.0.1", 1)).toBe("10.0.0.1");
  });

  it("is a network of IPv6, in one spelling", () => {
    for (const address of ["2001:db8:0:1::5", "2001:DB8::1:ffff:0:0:1", "2001:db8:0:1:2:3:4:5%eth0"]) {
      expect(clientAddress(undefined, address, 0), address).toBe("2001:db8:0:1::/64");
    }
    expect(clientAddress(undefined, "::1", 0)).toBe("0:0:0:0::/64");
  });

  it("stands in each request of the process before anything reads it", async () => {
    settleAddresses(0);
    const seen: unknown[] = [];
    const server = createServer((incoming, response) => {
      seen.push(incoming.headers["x-forwarded-for"]);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, host: "127.0.0.1", headers: { "X-Forwarded-For": "203.0.113.9" } }).end();
    const [response] = await once(sent, "response");
    response.resume();
    await once(response, "end");
    server.close();
    expect(seen).toEqual(["127.0.0.1"]);
  });
});

describe("the page after a sign-in", () => {
  it.each(["/", "/operations/1?tab=plan", "/platforms/harbor/tenants/a%20b"])("may be %s", (next) => {
    expect(safeNext(next)).toBe(next);
  });

  it.each([
    undefined,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/x\\y",
    "javascript:alert(1)",
    "/sign-in?next=/",
    "/change-password",
    "/api/auth/signout",
    ["/a", "/b"],
  ])("is never %j", (next) => {
    expect(safeNext(next)).toBe("/");
  });
});

describe("the headers", () => {
  const facts = {
    nonce: "bm9uY2U=",
    https: true,
    development: false,
    oidcOrigin: "https://login.example.com",
  };

  it("let scripts run by nonce only, and nobody frame the console", () => {
    const policy = contentSecurityPolicy(facts);
    expect(policy).toContain("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://login.example.com;");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).not.toContain("ws:");
  });

  it("promise https only where people come by https", () => {
    const names = (https: boolean) => securityHeaders({ ...facts, https }).map(([name]) => name);
    expect(names(true)).toContain("Strict-Transport-Security");
    expect(names(false)).not.toContain("Strict-Transport-Security");
    expect(names(false)).toEqual(expect.arrayContaining(["X-Content-Type-Options", "Permissions-Policy"]));
    expect(contentSecurityPolicy({ ...facts, https: false })).not.toContain("upgrade-insecure-requests");
  });
});

it("knows the session's cookie, whole or in parts, and no other", () => {
  for (const name of ["authjs.session-token", "__Secure-authjs.session-token", "authjs.session-token.1"]) {
    expect(isSessionCookie(name), name).toBe(true);
  }
  for (const name of ["authjs.csrf-token", "session-token", "authjs.session-token.x"]) {
    expect(isSessionCookie(name), name).toBe(false);
  }
});
