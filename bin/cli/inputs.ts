/** What a command reads from the outside before it begins: platform file, address, keys, bundle. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isRecipient, MOST_RECIPIENTS, parseIdentities } from "../../lib/bundle/encryption/keys.ts";
import { isOfSmallOrder } from "../../lib/bundle/seal/small-order.ts";
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import type { BundleSource } from "../../lib/bundle/stores/store.ts";
import { blocks, type Finding, Refusal } from "../../lib/findings/finding.ts";
import { type DrillPlace, readDrillPlace } from "../../lib/operations/shared/throwaway-place.ts";
import { type PlatformFile, readPlatformFile } from "../../lib/tenancy/platform-file.ts";
import { usage } from "./failure.ts";

const VARIABLE = "TENANTRY_DATABASE_URL";
const DRILL_SERVER = "TENANTRY_DRILL_SERVER_URL";

/** The platform file as far as it can be made out, with what is wrong with it; refused where that is all of it. */
export async function readPlatform(
  path: string | undefined,
): Promise<{ readonly file: PlatformFile; readonly findings: readonly Finding[] }> {
  if (path === undefined) throw usage("--platform", "Name the platform's file with --platform FILE.");
  const text = (await readInput(path, "platform-file-unreadable", "--platform")).toString("utf8");
  const { file, findings } = readPlatformFile(text, path);
  if (file === null) throw new Refusal(findings);
  return { file, findings };
}

/** A platform file without a fault: what is unknown in it could change whose rows are whose. */
export async function readSoundPlatform(path: string | undefined): Promise<PlatformFile> {
  const { file, findings } = await readPlatform(path);
  if (blocks(findings)) throw new Refusal(findings);
  return file;
}

/** The address from the option, which draws a remark, or from the environment. */
export function databaseAddress(option: string | undefined, remark: (sentence: string) => void): string {
  if (option !== undefined) {
    remarkOnAddress("--database URL", remark);
    return option;
  }
  const address = process.env[VARIABLE];
  if (address) return address;
  throw usage("--database", `Name the database: set ${VARIABLE}, or give --database URL.`);
}

/** Where a drill restores to; a server in the arguments draws a remark. */
export function drillPlace(
  option: string | undefined,
  remark: (sentence: string) => void,
  called = "--server URL",
): DrillPlace {
  const place = readDrillPlace({
    ...process.env,
    ...(option === undefined ? {} : { [DRILL_SERVER]: option }),
  });
  if (option !== undefined) remarkOnAddress(called, remark, "leave it out", DRILL_SERVER);
  return place;
}

/** Said whenever an address stands among the arguments; `instead` is what to write without one. */
export function remarkOnAddress(
  option: string,
  remark: (sentence: string) => void,
  instead = "leave it out",
  variable = VARIABLE,
): void {
  remark(`An address given as ${option} stays in the shell's history: set ${variable} and ${instead}.`);
}

/**
 * The bundle, to be closed by the caller. Reading stops where the run is asked to.
 *
 * @param identities files with age identities, read only where the bundle is encrypted
 */
export async function openBundleFile(
  path: string,
  signal: AbortSignal,
  identities: readonly string[] = [],
): Promise<BundleSource> {
  const source = await fileSource(path);
  return {
    name: source.name,
    size: source.size,
    identities: () => readIdentities(identities),
    close: () => source.close(),
    async read(position, length) {
      signal.throwIfAborted();
      return source.read(position, length);
    },
    async *stream(from, to) {
      for await (const chunk of source.stream(from, to)) {
        signal.throwIfAborted();
        yield chunk;
      }
    },
  };
}

/** The age identities in these files. @throws Refusal `identity-unreadable` */
async function readIdentities(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const text = (await readInput(path, "identity-unreadable", "--identity")).toString("utf8");
    const identities = await parseIdentities(text);
    if (identities === null) {
      throw new Refusal({
        code: "identity-unreadable",
        severity: "blocks",
        where: path,
        what: "This is no file of age X25519 identities (AGE-SECRET-KEY-1…), one a line.",
        todo: "`age-keygen -o identity.txt` makes one; its recipient, age1…, stands in it as a comment.",
      });
    }
    found.push(...identities);
  }
  return found;
}

/** age recipients as they were given, each once. */
export async function readRecipients(given: readonly string[] = []): Promise<string[]> {
  const recipients = [...new Set(given)];
  for (const recipient of recipients) {
    if (await isRecipient(recipient)) continue;
    throw usage(
      "--recipient",
      `${recipient.startsWith("age1") ? recipient.slice(0, 80) : "This"} is no age recipient: they begin with age1 and have 62 characters.`,
      "`age-keygen -y identity.txt` prints the one of an identity.",
    );
  }
  if (recipients.length > MOST_RECIPIENTS)
    throw usage("--recipient", `A bundle is for ${MOST_RECIPIENTS} recipients at most.`);
  return recipients;
}

/** An Ed25519 private key that signs seals. */
export async function readSignKey(path: string | undefined): Promise<KeyObject | undefined> {
  return path === undefined ? undefined : readKey(path, "--sign-key", "private", createPrivateKey);
}

/** Ed25519 public keys. A private key's file serves too, for its public half. */
export function readTrustedKeys(paths: readonly string[] = []): Promise<KeyObject[]> {
  return Promise.all(paths.map((path) => readKey(path, "--trust", "public", createPublicKey)));
}

async function readKey(
  path: string,
  option: string,
  kind: "private" | "public",
  create: (pem: Buffer) => KeyObject,
): Promise<KeyObject> {
  const pem = await readInput(path, "key-unreadable", option);
  try {
    const key = create(pem);
    if (key.asymmetricKeyType === "ed25519" && !isOfSmallOrder(key)) return key;
  } catch {
    // The parser's error could quote the key.
  }
  throw new Refusal({
    code: "key-unreadable",
    severity: "blocks",
    where: path,
    what: `This is no Ed25519 ${kind} key in PEM without a passphrase, or one by which anybody signs.`,
    todo:
      kind === "private"
        ? "`openssl genpkey -algorithm ed25519 -out key.pem` makes one."
        : "`openssl pkey -in key.pem -pubout -out key.pub` takes it out of a private one.",
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file.",
  EISDIR: "It is a folder, not a file.",
  ENOTDIR: "A part of its path is no folder.",
  EACCES: "This user may not read it.",
  EPERM: "This user may not read it.",
};

/** A file that an option names. @throws Refusal with the code, where it cannot be read */
export async function readInput(path: string, code: string, option: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const what = REASONS[(cause as NodeJS.ErrnoException).code ?? ""];
    if (what === undefined) throw cause;
    throw new Refusal({ code, severity: "blocks", where: path, what, todo: `Check ${option}.` }, { cause });
  }
}
