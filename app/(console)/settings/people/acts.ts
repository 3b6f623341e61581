/** What the forms of the page of people do, without Next: parse, hand on; lib/access authorises and records. */
import { z } from "zod";
import { typedValues } from "../../../../components/ui/typed.model.ts";
import type { Actor } from "../../../../lib/access/actor.ts";
import {
  createPerson,
  disablePerson,
  enablePerson,
  grantRole,
  resetPassword,
  revokeRole,
  signPersonOut,
} from "../../../../lib/access/people.ts";
import { ROLES } from "../../../../lib/access/permissions.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";
import type { Console } from "../../../../lib/operations/console.ts";
import { unreadable } from "../../form-unreadable.ts";

export interface PeopleState {
  readonly findings: readonly Finding[];
  /** What was typed, where it was refused. */
  readonly values: Readonly<Record<string, string>>;
  /** Generated now, shown in this answer and never again. */
  readonly password: { readonly email: string; readonly text: string } | null;
  /** What was done, in a sentence. */
  readonly done: string | null;
}

const role = z.enum(ROLES as [string, ...string[]]).transform((name) => name as (typeof ROLES)[number]);

const NewPersonForm = z.object({
  email: z.string().max(300).default(""),
  name: z.string().max(300).default(""),
  roles: z.array(role).default([]),
});

/** Adds a person; the answer holds the generated password. */
export async function addNewPerson(
  { records }: Pick<Console, "records">,
  actor: Actor,
  form: FormData,
): Promise<PeopleState> {
  const parsed = NewPersonForm.safeParse({
    email: form.get("email") ?? undefined,
    name: form.get("name") ?? undefined,
    roles: form.getAll("role"),
  });
  if (!parsed.success) return refused([unreadable()]);
  const { email, name } = parsed.data;
  const added = await createPerson(records, actor, parsed.data);
  if (!added.ok) return { ...refused(added.findings), values: typedValues(form) };
  return {
    ...DONE,
    done: `${name.trim()} may sign in.`,
    password: { email: email.trim(), text: added.password },
  };
}

const ActForm = z.discriminatedUnion("act", [
  z.object({ act: z.enum(["grant", "revoke"]), personId: z.uuid(), role }),
  z.object({
    act: z.enum(["disable", "enable", "reset", "sign-out"]),
    personId: z.uuid(),
    email: z.string().max(300).default(""),
  }),
]);

const SAID = {
  grant: "The role was given.",
  revoke: "The role was taken back.",
  disable: "The account is disabled, and its sessions have ended.",
  enable: "The person may sign in again.",
  "sign-out": "Signed out everywhere.",
} as const;

/** Give or take a role, disable, enable, reset the password, sign out everywhere. */
export async function actOnPerson(
  { records }: Pick<Console, "records">,
  actor: Actor,
  form: FormData,
): Promise<PeopleState> {
  const parsed = ActForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()]);
  const act = parsed.data;
  if (act.act === "reset") {
    const reset = await resetPassword(records, actor, act.personId);
    if (!reset.ok) return refused(reset.findings);
    return {
      ...DONE,
      done: "There is a new password, and the sessions have ended.",
      password: { email: act.email, text: reset.password },
    };
  }
  const changed = await change(records, actor, act);
  return changed.ok ? { ...DONE, done: SAID[act.act] } : refused(changed.findings);
}

function change(records: Console["records"], actor: Actor, act: z.output<typeof ActForm>) {
  switch (act.act) {
    case "grant":
      return grantRole(records, actor, act.personId, act.role);
    case "revoke":
      return revokeRole(records, actor, act.personId, act.role);
    case "disable":
      return disablePerson(records, actor, act.personId);
    case "enable":
      return enablePerson(records, actor, act.personId);
    default:
      return signPersonOut(records, actor, act.personId);
  }
}

export const NOTHING_DONE: PeopleState = { findings: [], values: {}, password: null, done: null };
const DONE = NOTHING_DONE;

function refused(findings: readonly Finding[]): PeopleState {
  return { ...NOTHING_DONE, findings };
}
