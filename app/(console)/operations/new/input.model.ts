/** From a request form's fields to an operation's input, and from a finding back to its field. Pure. */
import type { Finding } from "../../../../lib/findings/finding.ts";
import { askedBy, type QuestionKind } from "../../../../lib/operations/delete/question-fields.ts";

/** Names of the fields for a bundle's domains: `domain:shop.example.org`. */
export const DOMAIN_FIELD = "domain:";

type Values = Readonly<Record<string, string>>;

const INPUTS: Readonly<Record<string, (values: Values) => Record<string, unknown>>> = {
  export: pick("tenantKey", "expiresInDays", "encrypted", "recipients"),
  drill: pick("bundleId"),
  upgrade: pick("bundleId", "target", "skip", "roles"),
  suspend: pick("tenantKey", "fence"),
  resume: pick("tenantKey"),
  delete: (values) => ({
    ...pick("tenantKey", "bundleId")(values),
    pointers: answers("pointer", values),
    triggers: answers("trigger", values),
  }),
  restore: pick("tenantKey", "bundleId"),
  create: pick("slug", "name", "domains", "key"),
  import: (values) => ({
    ...pick("bundleId", "ids", "acceptSignature", "newSlug", "newKey")(values),
    newDomains: prefixed(DOMAIN_FIELD, values),
  }),
};

/** The kinds that have a form; a test compares them with the registry. */
export const KINDS_WITH_FORM: readonly string[] = Object.keys(INPUTS);

/** The input as the operation's own schema reads it; null for a kind without a form. */
export function inputOf(kind: string, values: Values): Record<string, unknown> | null {
  return Object.hasOwn(INPUTS, kind) ? INPUTS[kind]!(values) : null;
}

function pick(...names: readonly string[]): (values: Values) => Record<string, unknown> {
  return (values) =>
    Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}

/** The fields whose names begin so, by the rest of their names. */
function prefixed(prefix: string, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

/** What a delete's form says to its questions, by what they are about. */
function answers(kind: QuestionKind, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const asked = askedBy(name);
      return asked?.kind === kind ? [[asked.about, value]] : [];
    }),
  );
}

/** Findings of a plan that are about one field, whatever place in the platform they name. */
const FIELDS_OF_CODE: Readonly<Record<string, readonly string[]>> = {
  "slug-taken": ["newSlug", "slug"],
  "no-slug": ["newSlug"],
  "new-slug-is-key": ["newSlug"],
  "new-key-needed": ["newKey"],
  "new-key-not-taken": ["newKey"],
  "new-key-invalid": ["newKey", "key"],
  "tenant-exists": ["newKey", "key"],
  "domain-taken": ["domains"],
  "bundle-not-ready": ["bundleId"],
  "bundle-of-another": ["databaseId"],
  "recipient-invalid": ["recipients"],
  "encryption-key-missing": ["encrypted"],
  "database-not-registered": ["databaseId"],
  "reason-missing": ["reason"],
  "phrase-differs": ["phrase"],
};

/** What is wrong with a field, in the words of the first finding about it; undefined where nothing is. */
export function fieldError(findings: readonly Finding[], field: string): string | undefined {
  return findings.find((finding) => isAbout(finding, field))?.what;
}

function isAbout({ code, where, severity }: Finding, field: string): boolean {
  if (severity !== "blocks") return false;
  const asked = askedBy(field);
  if (asked !== null) return where === `${asked.kind}s.${asked.about}`;
  if (field.startsWith(DOMAIN_FIELD)) return where === `newDomains.${field.slice(DOMAIN_FIELD.length)}`;
  return where === field || (FIELDS_OF_CODE[code]?.includes(field) ?? false);
}
