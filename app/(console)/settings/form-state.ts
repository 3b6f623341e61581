/** What a form of Settings answers. */
import { type Typed, typedValues } from "../../../components/ui/typed.model.ts";
import type { Finding } from "../../../lib/findings/finding.ts";

export interface SettingsState {
  readonly findings: readonly Finding[];
  /** What was typed, where it was refused. */
  readonly values: Typed;
  /** What was done, in a sentence. */
  readonly done: string | null;
}

export const NOTHING_DONE: SettingsState = { findings: [], values: {}, done: null };

export function done(sentence: string): SettingsState {
  return { ...NOTHING_DONE, done: sentence };
}

export function refused(findings: readonly Finding[], form?: FormData): SettingsState {
  return { ...NOTHING_DONE, findings, values: form === undefined ? {} : typedValues(form) };
}
