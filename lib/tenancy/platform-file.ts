/** Reads a platform file. Whatever is wrong with it is a finding with its line and column. */
import { isNode, LineCounter, parseDocument, type Document as YamlDocument } from "yaml";
import type { z } from "zod";
import { nearestName } from "../catalog/lookup.ts";
import type { Finding } from "../findings/finding.ts";
import { knownKeys, type PlatformFile, platformFileSchema } from "./platform-file-schema.ts";

export type { PlatformFile } from "./platform-file-schema.ts";

/**
 * Parses the YAML text of a platform file.
 *
 * @param fileName how findings call the file
 * @returns the file, null where it cannot be made out at all; and what is wrong with it. Unknown keys block and
 *   are left out of the file, so that everything else can still be looked at.
 */
export function readPlatformFile(
  text: string,
  fileName: string,
): { readonly file: PlatformFile | null; readonly findings: readonly Finding[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
  const place = (offset: number | undefined) => {
    const position = lines.linePos(offset ?? 0);
    return `${fileName}:${position.line}:${position.col}`;
  };
  if (document.errors.length > 0) {
    const findings = document.errors.map((error) =>
      blocking(
        "platform-file-syntax",
        place(error.pos[0]),
        `This is no valid YAML: ${firstLine(error.message)}.`,
      ),
    );
    return { file: null, findings };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
    if (!isWellFormed(value)) throw new Error("a name holds half of a surrogate pair");
  } catch (error) {
    const what = `This is no valid YAML: ${firstLine(String((error as Error).message))}.`;
    return { file: null, findings: [blocking("platform-file-syntax", place(0), what)] };
  }
  const where = (path: readonly PropertyKey[]) => place(offsetOf(document, path));
  return readValue(value, where);
}

/** Whether every string is Unicode: an escape can say what UTF-8 cannot. Throws where the value holds itself. */
function isWellFormed(value: unknown): boolean {
  let wellFormed = true;
  JSON.stringify(value, (name, member) => {
    wellFormed &&= name.isWellFormed() && (typeof member !== "string" || member.isWellFormed());
    return member;
  });
  return wellFormed;
}

function readValue(value: unknown, where: (path: readonly PropertyKey[]) => string) {
  const findings: Finding[] = [];
  for (let round = 0; ; round++) {
    const result = platformFileSchema.safeParse(value);
    if (result.success) return { file: result.data, findings };
    const unknown = result.error.issues.filter((issue) => issue.code === "unrecognized_keys");
    findings.push(...unknown.flatMap((issue) => unknownKeys(issue, where)));
    const others = result.error.issues.filter((issue) => issue.code !== "unrecognized_keys");
    if (others.length > 0 || unknown.length === 0 || round === MAX_ROUNDS) {
      findings.push(...others.map((issue) => invalidEntry(issue, where)));
      return { file: null, findings };
    }
    // Read again without them.
    for (const issue of unknown) removeKeys(value, issue.path, issue.keys);
  }
}

/** One is enough unless a misspelt key hid another. */
const MAX_ROUNDS = 10;

function unknownKeys(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  where: (path: readonly PropertyKey[]) => string,
): Finding[] {
  const at = knownKeys.find(
    ({ at }) =>
      at.length === issue.path.length && at.every((step, i) => step === "*" || step === issue.path[i]),
  );
  return issue.keys.map((key) => {
    const nearest = nearestName(key, at?.keys ?? []);
    return blocking(
      "unknown-key",
      where([...issue.path, key]),
      `"${key}" is no key of ${issue.path.length === 0 ? "the platform file" : issue.path.join(".")}.`,
      nearest === null ? `Known here: ${(at?.keys ?? []).join(", ")}.` : `Did you mean "${nearest}"?`,
    );
  });
}

function invalidEntry(issue: z.core.$ZodIssue, where: (path: readonly PropertyKey[]) => string): Finding {
  const name = issue.path.length === 0 ? "The platform file" : issue.path.join(".");
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return blocking("platform-file-invalid", where(issue.path), `${name}: ${firstLine(message)}.`);
}

function removeKeys(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  const holder = path.reduce<unknown>((node, step) => (node as Record<PropertyKey, unknown>)[step], value);
  for (const key of keys) delete (holder as Record<string, unknown>)[key];
}

/** Where a path stands in the text: the key itself where there is one, else the nearest thing around it. */
function offsetOf(document: YamlDocument, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const holder = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isNode(holder) && "items" in holder) {
      for (const [index, item] of (holder.items as unknown[]).entries()) {
        const key = (item as { key?: unknown }).key;
        const node =
          key === undefined ? (index === last ? item : undefined) : matches(key, last) ? key : undefined;
        if (isNode(node)) return node.range?.[0];
      }
    }
  }
  return isNode(document.contents) ? document.contents.range?.[0] : undefined;
}

function matches(key: unknown, name: PropertyKey | undefined): boolean {
  return isNode(key) && String((key as { value?: unknown }).value) === String(name);
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.replace(/[.:]$/, "");
}

function blocking(code: string, where: string, what: string, todo?: string): Finding {
  return todo === undefined
    ? { code, severity: "blocks", where, what }
    : { code, severity: "blocks", where, what, todo };
}
