"use client";
import { Check, Plus } from "lucide-react";
import { useActionState } from "react";
import { personAction } from "../../app/(console)/settings/people/actions.ts";
import { ROLES } from "../../lib/access/permissions.ts";
import type { PersonRow } from "../../lib/queries/people.ts";
import { Badge } from "../ui/badge.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { PeopleOutcome } from "./outcome.tsx";

/** One person: roles that can be given and taken, and the account. */
export function PersonPanel({ person }: { readonly person: PersonRow }) {
  const [state, action] = useActionState(personAction, {
    findings: [],
    values: {},
    password: null,
    done: null,
  });
  return (
    <li className="flex flex-col gap-2 px-3 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">{person.name}</h3>
        <span className="text-ink-soft">{person.email}</span>
        {person.self && <Badge>you</Badge>}
        {person.byProvider && <Badge>identity provider</Badge>}
        {person.disabledAt !== null && <Status tone="idle">disabled</Status>}
        {person.mustChangePassword && <Status tone="warn">has a generated password</Status>}
        <span className="ml-auto text-ink-soft">
          {person.lastSignIn === null ? (
            "never signed in"
          ) : (
            <>
              signed in <Age at={person.lastSignIn} />
            </>
          )}
        </span>
      </div>
      {person.self ? (
        <p className="text-ink-soft">
          {person.roles.join(", ") || "no role"}. Your own roles and account are changed by another admin.
        </p>
      ) : (
        <Acts person={person} action={action} />
      )}
      <PeopleOutcome state={state} />
    </li>
  );
}

function Acts({ person, action }: { readonly person: PersonRow; readonly action: (form: FormData) => void }) {
  const whose = <span className="sr-only"> of {person.name}</span>;
  const act = (name: string, label: string) => (
    <form action={action}>
      <input type="hidden" name="personId" value={person.id} />
      <input type="hidden" name="email" value={person.email} />
      <SubmitButton name="act" value={name} variant="secondary" size="sm">
        {label}
        <span className="sr-only">: {person.name}</span>
      </SubmitButton>
    </form>
  );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <fieldset className="flex flex-wrap items-center gap-1.5">
        <legend className="sr-only">Roles{whose}</legend>
        {ROLES.map((role) => {
          const held = person.roles.includes(role);
          const Mark = held ? Check : Plus;
          return (
            <form key={role} action={action}>
              <input type="hidden" name="personId" value={person.id} />
              <input type="hidden" name="role" value={role} />
              <SubmitButton
                name="act"
                value={held ? "revoke" : "grant"}
                variant={held ? "secondary" : "ghost"}
                size="sm"
                title={held ? `Take the role of ${role} back` : `Give the role of ${role}`}
                aria-label={held ? `Take ${role} back from ${person.name}` : `Give ${role} to ${person.name}`}
                className={held ? "" : "font-normal text-ink-soft"}
              >
                <Mark aria-hidden />
                {role}
              </SubmitButton>
            </form>
          );
        })}
      </fieldset>
      <details className="ml-auto">
        <summary className="cursor-pointer text-ink-soft hover:text-ink">Account…{whose}</summary>
        <div className="mt-2 flex flex-wrap gap-2">
          {act("sign-out", "Sign out everywhere")}
          {!person.byProvider && act("reset", "Make a new password")}
          {person.disabledAt === null ? act("disable", "Disable") : act("enable", "Enable")}
        </div>
      </details>
    </div>
  );
}
