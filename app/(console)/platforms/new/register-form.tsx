"use client";
import { useActionState, useEffect } from "react";
import { Checkbox } from "../../../../components/ui/checkbox.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { Input } from "../../../../components/ui/input.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { Select } from "../../../../components/ui/select.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../components/ui/textarea.tsx";
import type { Discovery } from "../../../../lib/operations/registration/try-address.ts";
import { registerPlatformAction } from "../actions.ts";
import { DatabaseFields } from "../database-fields.tsx";
import { NOTHING_TYPED } from "../registration-state.ts";
import { TRIAL_ID, TrialPanel } from "../trial-panel.tsx";

const COMPRESSIONS = [
  { value: "gzip", label: "gzip: opened by tar everywhere" },
  { value: "zstd", label: "zstd: smaller and quicker" },
];

/** A platform's first database, its platform file, and what registering them would come to. */
export function RegisterForm() {
  const [state, action] = useActionState(registerPlatformAction, NOTHING_TYPED);
  const { findings, values, discovery, trial } = state;
  const error = (field: string) => findings.find(({ where }) => where === field)?.what;
  // On a phone it stands below the form, out of sight.
  useEffect(() => {
    if (trial !== null) document.getElementById(TRIAL_ID)?.scrollIntoView({ block: "nearest" });
  }, [trial]);
  return (
    <form action={action} className="grid items-start gap-3 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)]">
      <div className="flex flex-col gap-3">
        <FormStatus findings={findings} />
        <Panel title="Its first database">
          <div className="flex flex-col gap-3">
            <DatabaseFields state={state} />
          </div>
        </Panel>
        <Panel title="Platform file">
          <div className="flex flex-col gap-3">
            <div className="flex flex-wrap items-end gap-2">
              <Field
                name="platform"
                label="None yet? Call the platform"
                hint="Connects, guesses the tenants' table and its key, and writes a file to begin with."
                className="min-w-0 flex-1"
              >
                {(control) => (
                  <Input
                    {...control}
                    defaultValue={values.platform}
                    maxLength={100}
                    autoComplete="off"
                    placeholder="shop"
                  />
                )}
              </Field>
              <SubmitButton
                name="intent"
                value="discover"
                variant="secondary"
                formNoValidate
                className="mb-6"
              >
                Propose a platform file
              </SubmitButton>
            </div>
            {discovery !== null && <Discovered discovery={discovery} root={values.root} />}
            <Field
              name="text"
              label="platform.yaml"
              hint="What the catalog cannot know: the tenants' table, which tables are shared, what is secret."
              error={error("text")}
            >
              {(control) => (
                <Textarea
                  {...control}
                  rows={14}
                  spellCheck={false}
                  defaultValue={values.text}
                  className="font-mono"
                />
              )}
            </Field>
            <Field
              name="file"
              label="Or upload it"
              hint="Stands before what is written above."
              error={error("file")}
            >
              {(control) => (
                <Input {...control} type="file" accept=".yaml,.yml,text/yaml" className="h-auto py-1" />
              )}
            </Field>
            <Field name="compression" label="Bundles are packed with">
              {(control) => (
                <Select {...control} choices={COMPRESSIONS} defaultValue={values.compression ?? "gzip"} />
              )}
            </Field>
          </div>
        </Panel>
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="intent" value="try" variant="secondary" formNoValidate>
            Try it
          </SubmitButton>
          <SubmitButton name="intent" value="register" formNoValidate>
            Register the platform
          </SubmitButton>
        </div>
      </div>
      <TrialPanel trial={trial} />
    </form>
  );
}

function Discovered({ discovery, root }: { readonly discovery: Discovery; readonly root?: string }) {
  const { candidates, endpoint, server, tables, findings } = discovery;
  if (candidates.length === 0)
    return (
      <p role="status">
        {formatNoun(tables, "table", "tables")} at {endpoint} (PostgreSQL {server}), and none that others
        point at: where the tenant is only a value, write <code>{"tenant: { key_columns: […] }"}</code>.
      </p>
    );
  return (
    <fieldset className="flex flex-col gap-1.5" role="status">
      <legend className="mb-1 font-medium">
        The tenants' table, of {formatNoun(tables, "table", "tables")} at {endpoint}
      </legend>
      {candidates.map((candidate, index) => (
        <Checkbox
          key={candidate.table}
          radio
          name="root"
          value={candidate.table}
          defaultChecked={root ? candidate.table === root : index === 0}
          label={<code>{candidate.table}</code>}
          hint={`${formatNoun(candidate.followers, "table leads", "tables lead")} to it, ${candidate.direct} of them directly`}
        />
      ))}
      <p className="text-ink-soft">
        {findings.length === 0
          ? "With the first of them nothing is left open."
          : `The file below leaves ${formatNoun(findings.length, "finding", "findings")} to answer; trying it lists them.`}{" "}
        Pick another and propose again, if that one is not it.
      </p>
    </fieldset>
  );
}
