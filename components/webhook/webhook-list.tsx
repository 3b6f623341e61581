"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { webhookAction } from "../../app/(console)/settings/webhooks/actions.ts";
import type { WebhookView } from "../../lib/queries/webhooks.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { deliveryLook, eventTitle } from "./webhook.model.ts";

/** The webhooks: where they lead, what they hear of, how the last delivery went, and what can be done. */
export function WebhookList({ hooks }: { readonly hooks: readonly WebhookView[] }) {
  const [state, action] = useActionState(webhookAction, NOTHING_DONE);
  return (
    <>
      <SettingsOutcome state={state} />
      <ul className="divide-y divide-line">
        {hooks.map((hook) => (
          <li key={hook.id} className="flex flex-col gap-1.5 px-3 py-2.5">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <h3 className="font-medium">{hook.name}</h3>
              <code className="min-w-0 break-all">{hook.url}</code>
              {!hook.enabled && <Status tone="idle">paused</Status>}
              <span className="ml-auto">
                <Last hook={hook} />
              </span>
            </div>
            <p className="text-ink-soft">Hears when {hook.events.map(eventTitle).join(", ")}.</p>
            <form action={action} className="flex flex-wrap gap-2">
              <input type="hidden" name="webhookId" value={hook.id} />
              <Act hook={hook} act="test" label="Send a test" />
              <Act
                hook={hook}
                act={hook.enabled ? "pause" : "resume"}
                label={hook.enabled ? "Pause" : "Resume"}
              />
              <details className="ml-auto">
                <summary className="cursor-pointer text-ink-soft hover:text-ink">
                  Remove…<span className="sr-only"> {hook.name}</span>
                </summary>
                <SubmitButton name="act" value="remove" variant="danger" size="sm">
                  Remove it and its deliveries
                  <span className="sr-only">: {hook.name}</span>
                </SubmitButton>
              </details>
            </form>
          </li>
        ))}
      </ul>
    </>
  );
}

function Act({
  hook,
  act,
  label,
}: {
  readonly hook: WebhookView;
  readonly act: string;
  readonly label: string;
}) {
  return (
    <SubmitButton name="act" value={act} variant="secondary" size="sm">
      {label}
      <span className="sr-only">: {hook.name}</span>
    </SubmitButton>
  );
}

function Last({ hook: { last } }: { readonly hook: WebhookView }) {
  if (last === null) return <span className="text-ink-soft">nothing delivered yet</span>;
  const { tone, word } = deliveryLook(last);
  return (
    <>
      <Status tone={tone}>{word}</Status>{" "}
      <span className="text-ink-soft">
        {last.lastStatus} <Age at={last.triedAt ?? last.createdAt} />
      </span>
    </>
  );
}
