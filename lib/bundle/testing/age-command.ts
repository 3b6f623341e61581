/** age as other people have it: Debian's command where the machine has it, and the library, which is its twin. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Decrypter, Encrypter } from "age-encryption";
import { temporaryFolder } from "./write-sample.ts";

/** Null where there is none. */
export function findAge(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "age")).find((path) => existsSync(path)) ?? null;
}

export interface OtherAge {
  readonly name: string;
  encrypt(bytes: Buffer, recipients: readonly string[]): Promise<Buffer>;
  decrypt(bytes: Buffer, identity: string): Promise<Buffer>;
}

const LIBRARY: OtherAge = {
  name: "the library",
  async encrypt(bytes, recipients) {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return Buffer.from(await encrypter.encrypt(bytes));
  },
  async decrypt(bytes, identity) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return Buffer.from(await decrypter.decrypt(bytes));
  },
};

const LARGEST = 64 * 1024 * 1024;

const command = (age: string): OtherAge => ({
  name: "the command",
  async encrypt(bytes, recipients) {
    const to = recipients.flatMap((recipient) => ["--recipient", recipient]);
    return execFileSync(age, ["--encrypt", ...to], { input: bytes, maxBuffer: LARGEST });
  },
  async decrypt(bytes, identity) {
    const file = join(await temporaryFolder(), "identity.txt");
    await writeFile(file, `# made for a test\n${identity}\n`, { mode: 0o600 });
    return execFileSync(age, ["--decrypt", "--identity", file], { input: bytes, maxBuffer: LARGEST });
  },
});

/** Those that this machine has; the library always. */
export function otherAges(): OtherAge[] {
  const age = findAge();
  return age === null ? [LIBRARY] : [LIBRARY, command(age)];
}
