/** What a form of Settings answers. */
import type { Finding } from "../../../lib/findings/finding.ts";

export interface SettingsState {
  readonly findings: readonly Finding[];
  /** What was typed, where it was refused. */
  readonly values: Readonly<Record<string, string>>;
  /** What was done, in a sentence. */
  readonly done: string | null;
}

export const NOTHING_DONE: SettingsState = { findings: [], values: {}, done: null };

export function done(sentence: string): SettingsState {
  return { ...NOTHING_DONE, done: sentence };
}

export function refused(findings: readonly Finding[], form?: FormData): SettingsState {
  return { ...NOTHING_DONE, findings, values: form === undefined ? {} : typed(form) };
}

/** Secrets are not sent back to be typed over. */
const SECRET = /secret|password/i;

function typed(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form)
    if (typeof value === "string" && !name.startsWith("$") && !SECRET.test(name)) values[name] = value;
  return values;
}

export function unreadable(): Finding {
  return {
    code: "form-unreadable",
    severity: "blocks",
    where: "form",
    what: "The form did not hold what it should.",
    todo: "Load the page again, then use its form.",
  };
}
