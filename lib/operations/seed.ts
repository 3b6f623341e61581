/**
 * The first start: the demo platform with its databases, the first keys, and a person for each role. Each part
 * is done where it is missing, so that a start that was interrupted is finished by the next.
 */
import { eq, isNull } from "drizzle-orm";
import { addPerson } from "../access/person-records.ts";
import { Refusal } from "../findings/finding.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import type { Role } from "../records/schema/role-grants.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import type { Console } from "./console.ts";
import { ensureEncryptionKeys } from "./encryption/keys.ts";
import { type NewPlatform, registerPlatform } from "./registration/register.ts";
import type { NewDatabase, Registering } from "./registration/registrar.ts";
import { makeSigningKey } from "./signer.ts";

/** What a person types at the first sign-in; known here and nowhere else. */
export interface GeneratedSignIn {
  readonly role: Role;
  readonly email: string;
  readonly password: string;
}

export interface SeedOptions {
  /** The platform to register; none when left out. */
  readonly platform?: NewPlatform;
  /** The part of the generated e-mail addresses behind the `@`. */
  readonly mailDomain?: string;
}

export interface Seeded {
  /** Null where it was registered before. */
  readonly platformId: string | null;
  /** Those that were made now; empty where people were there before. */
  readonly signIns: readonly GeneratedSignIn[];
}

const PEOPLE: readonly { readonly name: string; readonly role: Role }[] = [
  { name: "Operator", role: "operator" },
  { name: "Reviewer", role: "reviewer" },
  { name: "Support", role: "support" },
  { name: "Admin", role: "admin" },
];

/** @throws Refusal where a database of the platform cannot be registered */
export async function seedConsole(console: Console, options: SeedOptions = {}): Promise<Seeded> {
  const keys = await console.records.$count(signingKeys, eq(signingKeys.current, true));
  if (keys === 0) await makeSigningKey(console.records, console.secrets, START, "made at the first start");
  const platformId = options.platform === undefined ? null : await seedPlatform(console, options.platform);
  await ensureEncryptionKeys(console.records, console.secrets, START);
  return { platformId, signIns: await seedPeople(console, options.mailDomain ?? "tenantry.test") };
}

const START = { personId: null, name: "start" };

/** The start itself: nobody is signed in yet. */
const STARTER: Registering = { ...START, permissions: new Set(["register:platform"]) };

async function seedPlatform(console: Console, platform: NewPlatform): Promise<string | null> {
  if ((await console.records.$count(platforms, isNull(platforms.deregisteredAt))) > 0) return null;
  const registered = await registerPlatform(console, STARTER, platform);
  if (!registered.ok) throw new Refusal(registered.findings);
  return registered.platformId;
}

async function seedPeople({ records }: Console, mailDomain: string): Promise<GeneratedSignIn[]> {
  return records.transaction(async (tx) => {
    if ((await tx.$count(persons)) > 0) return [];
    const signIns: GeneratedSignIn[] = [];
    for (const { name, role } of PEOPLE) {
      const email = `${role}@${mailDomain}`;
      const added = await addPerson(tx, START, { email, name, roles: [role] });
      if (added !== null) signIns.push({ role, email, password: added.password });
    }
    return signIns;
  });
}

export type { NewDatabase, NewPlatform };
