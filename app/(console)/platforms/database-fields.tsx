"use client";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { SecretInput } from "../../../components/ui/secret-input.tsx";
import type { RegistrationState } from "./registration-state.ts";

const EXAMPLE = "postgres://user:password@host:5432/database";

/** What a database is called, where it is, and the two connections to it. */
export function DatabaseFields({ state: { values, findings } }: { readonly state: RegistrationState }) {
  const error = (field: string) => findings.find(({ where }) => where === field)?.what;
  const nameTaken = findings.find(({ code }) => code === "database-name-taken")?.what;
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field name="name" label="Database's name" hint="As people call it: eu-1." error={nameTaken} required>
          {(control) => <Input {...control} defaultValue={values.name} maxLength={100} autoComplete="off" />}
        </Field>
        <Field name="region" label="Region" hint="Where it stands, if that matters to somebody.">
          {(control) => (
            <Input {...control} defaultValue={values.region} maxLength={100} autoComplete="off" />
          )}
        </Field>
      </div>
      <Field
        name="runnerUrl"
        label="Runner's connection string"
        hint="Runs write with it. Kept encrypted and never shown again; a direct connection, no transaction pooler."
        error={error("runnerUrl")}
        required
      >
        {(control) => (
          <SecretInput {...control} what="the runner's connection string" placeholder={EXAMPLE} />
        )}
      </Field>
      <Field
        name="plannerUrl"
        label="Planner's connection string"
        hint="Plans and looks read with it: a role that may only read. Left empty, they read with the runner's."
      >
        {(control) => (
          <SecretInput {...control} what="the planner's connection string" placeholder={EXAMPLE} />
        )}
      </Field>
    </>
  );
}
