"use client";
import { useActionState } from "react";
import { addWebhookAction } from "../../app/(console)/settings/webhooks/actions.ts";
import { NO_WEBHOOK } from "../../app/(console)/settings/webhooks/acts.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Banner } from "../ui/banner.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Hash } from "../ui/hash.tsx";
import { Input } from "../ui/input.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { isTicked } from "../ui/typed.model.ts";
import { eventTitle } from "./webhook.model.ts";

/** Adds an address; its secret stands in the answer and nowhere else. */
export function NewWebhook({ events }: { readonly events: readonly string[] }) {
  const [state, action] = useActionState(addWebhookAction, NO_WEBHOOK);
  const wrong = (name: string) => state.findings.find(({ where }) => where === name)?.what;
  return (
    <form action={action} className="flex flex-col gap-3">
      <SettingsOutcome state={state} />
      {state.secret !== null && (
        <Banner tone="warn">
          Its secret, with which the receiver checks signatures, is shown now and never again:{" "}
          <Hash value={state.secret} label="secret" whole />
        </Banner>
      )}
      <Field name="name" label="Name" error={wrong("name")} required>
        {(control) => (
          <Input {...control} maxLength={100} defaultValue={state.values.name} autoComplete="off" />
        )}
      </Field>
      <Field
        name="url"
        label="Address"
        hint="https, and reachable from the worker. Private networks only where the configuration opens them."
        error={wrong("url")}
        required
      >
        {(control) => (
          <Input
            {...control}
            type="url"
            maxLength={2000}
            defaultValue={state.values.url}
            autoComplete="off"
          />
        )}
      </Field>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium">It hears when</legend>
        {wrong("events") !== undefined && <p className="text-bad">{wrong("events")}</p>}
        {events.map((event) => (
          <Checkbox
            key={event}
            name="event"
            value={event}
            label={eventTitle(event)}
            defaultChecked={isTicked(state.values, "event", event, true)}
          />
        ))}
      </fieldset>
      <p className="text-ink-soft">
        Each delivery is a POST, signed as by Standard Webhooks (webhook-id, webhook-timestamp,
        webhook-signature), tried again for a day or two until it is answered with 2xx. Redirects are not
        followed.
      </p>
      <div>
        <SubmitButton>Add webhook</SubmitButton>
      </div>
    </form>
  );
}
