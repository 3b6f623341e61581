import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { otherAges } from "../testing/age-command.ts";
import { decryptAge } from "./decrypt.ts";
import { createAgeWriter } from "./encrypt.ts";
import { isRecipient, makeAgeKey, parseIdentities } from "./keys.ts";

const CHUNK = 65_536;
/** Around the places where a chunk ends. */
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK - 7];

const us = await makeAgeKey();
const them = await makeAgeKey();

async function encrypted(bytes: Buffer, recipients = [us.recipient], cut = 50_000): Promise<Buffer> {
  const out: Buffer[] = [];
  const writer = createAgeWriter(recipients, async (piece) => void out.push(Buffer.from(piece)));
  for (let at = 0; at < bytes.length; at += cut) await writer.write(bytes.subarray(at, at + cut));
  await writer.end();
  return Buffer.concat(out);
}

async function* inPieces(bytes: Buffer, cut: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
}

async function decrypted(bytes: Buffer, identities = [us.identity], cut = 100_000): Promise<Buffer | string> {
  const out: Buffer[] = [];
  try {
    for await (const piece of decryptAge(inPieces(bytes, cut), identities)) out.push(piece);
    return Buffer.concat(out);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]!.code;
  }
}

test("what is encrypted comes back, whatever its length and however it is cut", async () => {
  for (const size of SIZES) {
    const bytes = randomBytes(size);
    for (const cut of [1 << 20, CHUNK, 9_973]) {
      const file = await encrypted(bytes, [us.recipient], cut);
      expect(bytes.equals((await decrypted(file, [us.identity], cut)) as Buffer), `${size} ${cut}`).toBe(
        true,
      );
    }
  }
  const small = await encrypted(Buffer.from("one byte at a time"));
  expect(String(await decrypted(small, [us.identity], 1))).toBe("one byte at a time");
});

describe.each(otherAges().map((age) => [age.name, age] as const))("%s", (_name, age) => {
  test("opens what is encrypted here, for each of its recipients", async () => {
    for (const size of SIZES) {
      const bytes = randomBytes(size);
      const file = await encrypted(bytes, [us.recipient, them.recipient]);
      for (const { identity } of [us, them])
        expect(bytes.equals(await age.decrypt(file, identity)), String(size)).toBe(true);
    }
  });

  test("encrypts what is opened here", async () => {
    for (const size of SIZES) {
      const bytes = randomBytes(size);
      const file = await age.encrypt(bytes, [them.recipient, us.recipient]);
      expect(bytes.equals((await decrypted(file)) as Buffer), String(size)).toBe(true);
    }
  });
});

test("two files of the same bytes have nothing in common", async () => {
  const bytes = Buffer.alloc(100_000);
  const [one, two] = [await encrypted(bytes), await encrypted(bytes)];
  expect(one.length).toBe(two.length);
  expect(one.subarray(-1000).equals(two.subarray(-1000))).toBe(false);
});

test("without a key, or with other people's, it stays shut", async () => {
  const file = await encrypted(Buffer.from("secret"));
  expect(await decrypted(file, [])).toBe("bundle-encrypted");
  expect(await decrypted(file, [them.identity])).toBe("bundle-not-for-us");
  expect(String(await decrypted(file, [them.identity, us.identity]))).toBe("secret");
});

test("no changed bit is given out, and what was given before it is whole chunks", async () => {
  const bytes = randomBytes(3 * CHUNK + 100);
  const file = await encrypted(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: file.length * 8 - 1 }), async (bit) => {
      const changed = Buffer.from(file);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(["bundle-corrupt", "bundle-not-for-us", "bundle-truncated"]).toContain(await decrypted(changed));
    }),
    { numRuns: 150, seed: 7 },
  );
});

test("cut anywhere, or with anything behind it, it is refused", async () => {
  const file = await encrypted(randomBytes(2 * CHUNK));
  const head = file.length - 2 * (CHUNK + 16);
  for (const length of [0, 4, 30, head - 1, head, head + 5, head + 16, head + CHUNK, file.length - 1])
    expect(["bundle-truncated", "bundle-corrupt"], String(length)).toContain(
      await decrypted(file.subarray(0, length)),
    );
  expect(await decrypted(file.subarray(0, head + CHUNK + 16))).toBe("bundle-truncated");
  for (const behind of [Buffer.alloc(1), file, randomBytes(CHUNK + 16)])
    expect(await decrypted(Buffer.concat([file, behind]))).toBe("bundle-corrupt");
});

test("a file that arrives byte by byte is opened in time", async () => {
  const bytes = randomBytes(3 * CHUNK);
  const file = await encrypted(bytes);
  expect(bytes.equals((await decrypted(file, [us.identity], 1)) as Buffer)).toBe(true);
});

test("a header without an end is given up", async () => {
  const endless = Buffer.from(`age-encryption.org/v1\n${"-> X25519 a\n".repeat(100_000)}`);
  expect(await decrypted(endless, [us.identity], 1000)).toBe("bundle-corrupt");
  expect(await decrypted(Buffer.from("age-encryption.org/v2\n--- x\n"))).toBe("bundle-truncated");
});

test("recipients and identities are told from what is none", async () => {
  expect(await isRecipient(us.recipient)).toBe(true);
  const last = us.recipient.at(-1) === "q" ? "p" : "q";
  for (const text of [
    "",
    "age1",
    us.identity,
    us.recipient.toUpperCase(),
    `${us.recipient.slice(0, -1)}${last}`,
  ])
    expect(await isRecipient(text), text).toBe(false);
  expect(await parseIdentities(`# created: today\n# public key: ${us.recipient}\n${us.identity}\n`)).toEqual([
    us.identity,
  ]);
  expect(await parseIdentities(`${us.identity}\n\n${them.identity}`)).toEqual([us.identity, them.identity]);
  for (const text of ["", "# nothing\n", us.recipient, `${us.identity}x`, `${us.identity}\nssh-ed25519 AAAA`])
    expect(await parseIdentities(text), text).toBeNull();
});
