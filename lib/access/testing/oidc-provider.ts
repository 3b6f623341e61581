/** A small OIDC provider on loopback, for tests: real discovery, codes, PKCE and signed tokens; asks nobody anything. */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface OidcProvider {
  readonly issuer: string;
  /** What the next token says of the person. */
  claims: Record<string, unknown>;
  close(): Promise<void>;
}

export const CLIENT = { id: "tenantry", secret: "a secret of the client" } as const;

/** Starts it; `claims` can be changed between sign-ins. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" };
  const codes = new Map<string, URLSearchParams>();
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: OidcProvider = {
    issuer,
    claims: {},
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  function idToken(nonce: string | null): string {
    const seconds = Math.floor(Date.now() / 1000);
    const body = { iss: issuer, aud: CLIENT.id, iat: seconds, exp: seconds + 60, nonce, ...provider.claims };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "RS256", kid: "1" })}.${part(body)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", issuer);
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    };
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          // next-auth wants one, and asks it nothing where the ID token says all.
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/jwks":
        return json({ keys: [jwk] });
      case "/authorize": {
        const code = randomBytes(8).toString("hex");
        codes.set(code, url.searchParams);
        const back = new URL(url.searchParams.get("redirect_uri")!);
        back.searchParams.set("code", code);
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        response.writeHead(302, { Location: back.href }).end();
        return;
      }
      case "/token": {
        const form = new URLSearchParams(await text(request));
        const asked = codes.get(form.get("code") ?? "");
        const verifier = form.get("code_verifier") ?? "";
        const challenge = createHash("sha256").update(verifier).digest("base64url");
        if (asked === undefined || asked.get("code_challenge") !== challenge) {
          return json({ error: "invalid_grant" }, 400);
        }
        const tokens = { access_token: "unused", token_type: "Bearer", expires_in: 60 };
        return json({ ...tokens, id_token: idToken(asked.get("nonce")) });
      }
      default:
        response.writeHead(404).end();
    }
  }
  return provider;
}
