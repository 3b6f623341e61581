import type { Finding } from "../../lib/findings/finding.ts";

export interface SignInState {
  /** As it was typed: a refused form keeps it. */
  readonly email: string;
  readonly findings?: readonly Finding[];
}

export interface ChangePasswordState {
  readonly findings?: readonly Finding[];
}
