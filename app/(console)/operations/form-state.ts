/** What comes back of a form of an operation: why it was refused, and everything that was typed. */
import type { GateSubject } from "../../../components/plan/gate-link.model.ts";
import type { Effect, Gate, PlanQuestion } from "../../../lib/engine/plan.ts";
import type { Finding } from "../../../lib/findings/finding.ts";

export interface FormState {
  readonly findings: readonly Finding[];
  readonly values: Readonly<Record<string, string>>;
}

export const UNTOUCHED: FormState = { findings: [], values: {} };

/** What a request would come to; nothing of it is stored. */
export interface Preview {
  readonly summary: string;
  readonly effects: readonly Effect[];
  readonly gates: readonly Gate[];
  readonly findings: readonly Finding[];
  readonly exact: boolean;
  readonly estimate: {
    readonly rows: number | null;
    readonly bytes: number | null;
    readonly seconds: number | null;
  };
  readonly rollback: string;
  readonly review: { readonly needed: number; readonly why: string; readonly who: string | null };
  /** Whose gates they are. */
  readonly subject: GateSubject;
  /** What has to be typed with the request; null where nothing has. */
  readonly phrase: string | null;
  /** What the plan cannot know, and a person answers. */
  readonly questions: readonly PlanQuestion[];
  /** Whether it can be asked for as it is. */
  readonly blocked: boolean;
}

export interface RequestState extends FormState {
  readonly preview: Preview | null;
}

export const UNASKED: RequestState = { ...UNTOUCHED, preview: null };

/** What an act came to: where to go, or what stays on the form. */
export type Outcome<State extends FormState = FormState> =
  | { readonly ok: true; readonly to: string }
  | { readonly ok: false; readonly state: State };
