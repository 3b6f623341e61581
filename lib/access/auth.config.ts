/** What next-auth is told, as a value: how people sign in, and what a session holds. auth.ts puts it to use. */
import { CredentialsSignin, type NextAuthConfig } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { describeDatabaseError } from "../postgres/database-error.ts";
import { processRecords } from "../records/process.ts";
import type { SessionClaim } from "./actor-of.ts";
import { SESSION_LASTS } from "./actor-of.ts";
import { addressOf } from "./client-address.ts";
import { type AccessConfig, readAccessConfig } from "./config.ts";
import { findByOidcSubject, type OidcIdentity, signInWithOidc } from "./oidc.ts";
import { signInWithPassword } from "./sign-in.ts";

/** Carries a finding's code through next-auth, which knows only errors. */
export class SignInRefused extends CredentialsSignin {
  override readonly code: string;

  constructor(code: string) {
    super();
    this.code = code;
  }
}

/** Id of the OIDC provider: its callback is /api/auth/callback/oidc. */
export const OIDC = "oidc";

/** The configuration for this process's environment. */
export function authConfig(): NextAuthConfig {
  const config = readAccessConfig();
  return {
    secret: config.authSecret,
    trustHost: true,
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    session: { strategy: "jwt", maxAge: SESSION_LASTS / 1000 },
    providers: [passwordProvider(), ...(config.oidc === null ? [] : [oidcProvider(config.oidc)])],
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.provider !== OIDC) return true;
        const outcome = await signInWithOidc(processRecords(), identityOf(config, profile));
        return outcome.ok || `/sign-in?error=${outcome.reason}`;
      },
      /** The token holds a claim and nothing else. What a client asks to put into it ("update") is never taken. */
      async jwt({ token, user, account, profile }) {
        if (account?.provider === OIDC) {
          const person = await findByOidcSubject(processRecords(), identityOf(config, profile));
          if (person === null) return null;
          return { claim: { ...claimOf(person.id, person.sessionEpoch), ...vouched(profile) } };
        }
        if (user !== undefined) return { claim: claimOf(user.id!, (user as { epoch?: number }).epoch ?? 0) };
        return token.claim === undefined ? null : { claim: token.claim };
      },
      session({ session, token }) {
        return { expires: session.expires, claim: token.claim } as unknown as typeof session;
      },
    },
    logger: {
      // Refusals are in the audit trail.
      error: (error) => {
        if (!(error instanceof CredentialsSignin))
          console.error(`sign-in failed: ${error.name}. ${reasonOf(error)}`);
      },
      warn: () => {},
    },
  };
}

/** A sentence for the log. A database error's own message holds its parameters, and with them what was typed. */
function reasonOf(error: Error): string {
  const cause = (error.cause as { readonly err?: unknown } | undefined)?.err;
  if (!(cause instanceof Error)) return "";
  if ("query" in cause || "severity" in cause) return describeDatabaseError(cause.cause ?? cause).sentence;
  return cause.message;
}

function passwordProvider() {
  return Credentials({
    credentials: { email: {}, password: { type: "password" } },
    async authorize(given, request) {
      const { email, password } = given;
      if (typeof email !== "string" || typeof password !== "string") return null;
      const address = addressOf(request.headers);
      const outcome = await signInWithPassword(processRecords(), { email, password, address });
      if (!outcome.ok) throw new SignInRefused(outcome.findings[0]!.code);
      return { id: outcome.personId, epoch: outcome.epoch };
    },
  });
}

function oidcProvider(oidc: NonNullable<AccessConfig["oidc"]>) {
  return {
    id: OIDC,
    name: new URL(oidc.issuer).hostname,
    type: "oidc" as const,
    issuer: oidc.issuer,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    checks: ["pkce" as const, "state" as const, "nonce" as const],
    authorization: { params: { scope: "openid email profile" } },
    profile: (profile: { sub: string }) => ({ id: profile.sub }),
  };
}

function claimOf(personId: string, epoch: number): SessionClaim {
  return { personId, epoch, signedInAt: Date.now() };
}

/** A clock that is ahead of ours makes nobody fresher than now. */
function vouched(profile: Readonly<Record<string, unknown>> | undefined): Pick<SessionClaim, "vouchedAt"> {
  const seconds = profile?.auth_time;
  if (typeof seconds !== "number") return {};
  return { vouchedAt: Math.min(seconds * 1000, Date.now()) };
}

function identityOf(
  config: AccessConfig,
  profile: Readonly<Record<string, unknown>> | undefined,
): OidcIdentity {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  return {
    issuer: config.oidc!.issuer,
    subject: text(profile?.sub) ?? "",
    email: text(profile?.email),
    emailVerified: profile?.email_verified === true,
    name: text(profile?.name) ?? text(profile?.preferred_username),
  };
}
