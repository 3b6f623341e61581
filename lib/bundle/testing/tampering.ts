/** What somebody could do to the members of a bundle: each as a value, so that a failure shows the shortest list. */
import fc from "fast-check";
import { encodeTarHeader } from "../tar/header.ts";
import { type Packed, sealFor, sealMember } from "./hand-packed.ts";

const NAMES = [
  "data/1/000001.jsonl",
  "data/1/000002.jsonl",
  "data/01/000001.jsonl",
  "data/1/1.jsonl",
  "data/9/000001.jsonl",
  "data/1/000000.jsonl",
  "data/999999/999999.jsonl",
  "reference/1/000002.jsonl",
  "reference/2/000001.jsonl",
  "manifest.json",
  "seal.json",
  "../seal.json",
  "/etc/passwd",
  "data/../manifest.json",
  "./data/1/000001.jsonl",
  "DATA/1/000001.jsonl",
  `data/${"9".repeat(80)}/000001.jsonl`,
];

const CONTENTS = [
  "",
  "\n",
  "{}\n",
  '{"id":1,"note":null}',
  '{"id":1,"note":null}\n',
  `${'{"id":1,"note":"x"}\n'.repeat(500)}`,
  `{"id":1,"note":"${"x".repeat(70_000)}"}\n`,
  "\0".repeat(4096),
  `${"[".repeat(5000)}${"]".repeat(5000)}`,
  `[${"[],".repeat(50_000)}[]]`,
  `{"a":${'{"a":'.repeat(40)}1${"}".repeat(40)}}`,
  '{"payload":"","payloadType":"application/vnd.tenantry.seal+json","signatures":[]}',
];

export type Tampering =
  | { readonly act: "swap" | "double" | "move"; readonly at: number; readonly to: number }
  | { readonly act: "drop"; readonly at: number }
  | { readonly act: "rename"; readonly at: number; readonly name: string }
  | { readonly act: "rewrite"; readonly at: number; readonly content: string }
  | { readonly act: "flip"; readonly at: number; readonly byte: number }
  | { readonly act: "add"; readonly at: number; readonly name: string; readonly content: string }
  | { readonly act: "claim"; readonly at: number; readonly size: number }
  | { readonly act: "type"; readonly at: number; readonly type: string };

const at = fc.nat({ max: 7 });
const name = fc.constantFrom(...NAMES);
const content = fc.constantFrom(...CONTENTS);

export const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc.record({ act: fc.constantFrom("swap" as const, "double" as const, "move" as const), at, to: at }),
  fc.record({ act: fc.constant("drop" as const), at }),
  fc.record({ act: fc.constant("rename" as const), at, name }),
  fc.record({ act: fc.constant("rewrite" as const), at, content }),
  fc.record({ act: fc.constant("flip" as const), at, byte: fc.nat({ max: 5000 }) }),
  fc.record({ act: fc.constant("add" as const), at, name, content }),
  fc.record({
    act: fc.constant("claim" as const),
    at,
    size: fc.constantFrom(0, 1, 511, 512, 1 << 25, 0o77777777777),
  }),
  fc.record({
    act: fc.constant("type" as const),
    at,
    type: fc.constantFrom("1", "2", "5", "g", "x", "L", "\0"),
  }),
);

/** Whether the forger makes a new seal that says the truth about what was tampered with. */
export const forged = fc.boolean();

/** The members after it; the ones given are not touched. */
export function tamper(members: readonly Packed[], what: Tampering): Packed[] {
  const now = members.map((member) => ({ ...member }));
  const index = now.length === 0 ? 0 : what.at % now.length;
  const one = now[index];
  if (what.act === "add") {
    now.splice(index, 0, { name: what.name, content: Buffer.from(what.content, "latin1") });
    return now;
  }
  if (one === undefined) return now;
  switch (what.act) {
    case "swap": {
      const other = now[what.to % now.length]!;
      [one.content, other.content] = [other.content, one.content];
      return now;
    }
    case "move":
      now.splice(index, 1);
      now.splice(what.to % (now.length + 1), 0, one);
      return now;
    case "double":
      now.splice(what.to % (now.length + 1), 0, { ...one });
      return now;
    case "drop":
      now.splice(index, 1);
      return now;
    case "rename":
      one.name = what.name;
      return now;
    case "rewrite":
      one.content = Buffer.from(what.content, "latin1");
      return now;
    case "flip": {
      const bytes = Buffer.from(one.content);
      if (bytes.length > 0) bytes[what.byte % bytes.length]! ^= 1 << (what.byte % 8);
      one.content = bytes;
      return now;
    }
    case "claim":
      one.header = encodeTarHeader({ name: one.name, size: what.size });
      return now;
    case "type":
      one.header = typed(encodeTarHeader({ name: one.name, size: one.content.length }), what.type);
      return now;
    default:
      throw new Error(`no such act: ${String(what satisfies never)}`);
  }
}

/** A header of another type, with a checksum that fits. */
function typed(header: Buffer, type: string): Buffer {
  header.write(type, 156, "latin1");
  header.write("        ", 148, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** A seal that says the truth about these members, where one can be made at all. */
export function sealedAnew(members: readonly Packed[]): Packed[] {
  const rest = members.filter((member) => member.name !== "seal.json");
  try {
    return [...rest, sealMember(sealFor(rest))];
  } catch {
    return [...members];
  }
}
