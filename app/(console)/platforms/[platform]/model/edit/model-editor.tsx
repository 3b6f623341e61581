"use client";
import { useActionState } from "react";
import { LineDiff } from "../../../../../../components/diff/line-diff.tsx";
import { ModelPreview } from "../../../../../../components/model/model-preview.tsx";
import { Banner } from "../../../../../../components/ui/banner.tsx";
import { Field } from "../../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../../components/ui/input.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { SubmitButton } from "../../../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../../../components/ui/textarea.tsx";
import { Time } from "../../../../../../components/ui/time.tsx";
import { modelAction } from "./actions.ts";
import type { Conflict, ModelState } from "./model-state.ts";

/** The draft on the left, what it would change on the right. Only what was looked at is saved. */
export function ModelEditor({
  platform,
  initial,
}: {
  readonly platform: string;
  readonly initial: ModelState;
}) {
  const [state, action] = useActionState(modelAction, initial);
  const { conflict, preview } = state;
  const changed = state.text !== state.base;
  return (
    <form action={action} className="grid items-start gap-3 *:min-w-0 lg:grid-cols-2">
      <input type="hidden" name="platform" value={platform} />
      <input type="hidden" name="version" value={state.version} />
      <input type="hidden" name="previewed" value={state.previewed} />
      <input type="hidden" name="restores" value={state.restores ?? ""} />
      <div className="flex flex-col gap-3">
        <FormStatus findings={state.findings} />
        {state.notice !== null && <Banner tone="warn">{state.notice}</Banner>}
        {conflict !== null && <Meanwhile conflict={conflict} version={state.version} />}
        <Panel title={`Draft of version ${state.version + 1}`}>
          <div className="flex flex-col gap-3">
            <Field name="text" label="platform.yaml">
              {(control) => (
                <Textarea
                  {...control}
                  key={state.previewed}
                  rows={22}
                  spellCheck={false}
                  defaultValue={state.text}
                  className="font-mono whitespace-pre overflow-x-auto"
                />
              )}
            </Field>
            <Field name="file" label="Or import a file" hint="Takes the place of the text above.">
              {(control) => (
                <Input {...control} type="file" accept=".yaml,.yml,text/yaml" className="h-auto py-1" />
              )}
            </Field>
            <div className="flex flex-wrap gap-2">
              <SubmitButton name="intent" value="preview" variant="secondary">
                See what changes
              </SubmitButton>
              <SubmitButton name="intent" value="save">
                Save as version {state.version + 1}
              </SubmitButton>
            </div>
          </div>
        </Panel>
        {changed && (
          <Panel title="Lines">
            <LineDiff before={state.base} after={state.text} />
          </Panel>
        )}
      </div>
      <ModelPreview preview={preview} changed={changed} />
    </form>
  );
}

function Meanwhile({ conflict, version }: { readonly conflict: Conflict; readonly version: number }) {
  return (
    <Panel title={`Version ${conflict.version} was saved meanwhile`} className="border-warn">
      <div className="flex flex-col gap-3">
        <p>
          By {conflict.savedBy ?? "the first start"}, <Time at={conflict.savedAt} />. Your draft is a change
          of version {version}; this is what is different since:
        </p>
        <LineDiff before={conflict.before} after={conflict.after} />
        <p className="text-ink-soft">
          Put your lines into the newer text, or compare your draft with it as it is: what it takes back then
          shows among the lines that are removed.
        </p>
        <div>
          <SubmitButton name="intent" value="rebase" variant="secondary">
            Compare with version {conflict.version}
          </SubmitButton>
        </div>
      </div>
    </Panel>
  );
}
