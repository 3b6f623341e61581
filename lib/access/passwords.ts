/**
 * Passwords at rest: scrypt with its parameters in the text, so that they can be raised and old hashes still hold.
 * 32 MiB and about 0.2 s each (OWASP's password storage sheet, the third of its scrypt settings): enough against a
 * stolen table, and not enough memory for a flood of sign-ins to take the process down.
 */
import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
) => Promise<Buffer>;

const COST = { logN: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;

/** scrypt's: the work and the memory double with `logN`. */
export interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** `scrypt$15$8$3$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await stretch(password, salt, cost);
  return ["scrypt", cost.logN, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join(
    "$",
  );
}

/** Whether the password is the one that was hashed; false for a text that is no hash. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, logN, r, p, salt, key] = hash.split("$");
  if (scheme !== "scrypt" || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64url");
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  const actual = await stretch(password, Buffer.from(salt, "base64url"), cost);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

let nobody: Promise<string> | undefined;

/** The same work as `verifyPassword`, for people who are not there. */
export async function pretendToVerify(password: string): Promise<false> {
  nobody ??= hashPassword(randomBytes(16).toString("hex"));
  await verifyPassword(password, await nobody);
  return false;
}

/** Unicode has several spellings of one text; keyboards differ in which they type (RFC 8265, 4.2). */
function stretch(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const N = 2 ** cost.logN;
  const maxmem = 256 * N * cost.r;
  return derive(password.normalize("NFC"), salt, KEY_BYTES, { N, r: cost.r, p: cost.p, maxmem });
}

/** Without the letters and digits that look alike. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** Five groups of four, 99 bits: to be read out or typed once, then changed. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: 5 }, group).join("-");
}
