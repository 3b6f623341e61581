/** What comes back of a form that registers: why it was refused, what was typed, and what was found. No secret. */
import type { Finding } from "../../../lib/findings/finding.ts";
import type { Discovery } from "../../../lib/operations/registration/try-address.ts";
import type { Trial } from "../../../lib/operations/registration/try-registration.ts";

export interface RegistrationState {
  readonly findings: readonly Finding[];
  readonly values: Readonly<Record<string, string>>;
  /** What a first look suggests; null where none was asked for. */
  readonly discovery: Discovery | null;
  /** What registering would come to; null before it was asked. */
  readonly trial: Trial | null;
  /** What was done, where the page stays. */
  readonly done: string | null;
}

export const NOTHING_TYPED: RegistrationState = {
  findings: [],
  values: {},
  discovery: null,
  trial: null,
  done: null,
};

export type RegistrationOutcome =
  | { readonly ok: true; readonly to: string }
  | { readonly ok: false; readonly state: RegistrationState };
