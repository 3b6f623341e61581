"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { distrustKeyAction } from "../../app/(console)/settings/keys/actions.ts";
import type { KeyPart, KeyView } from "../../lib/queries/signing-keys.ts";
import { links } from "../links.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Field } from "../ui/field.tsx";
import { Hash } from "../ui/hash.tsx";
import { Input } from "../ui/input.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";

const PARTS: Readonly<Record<KeyPart, string>> = {
  signs: "signs now",
  former: "signed before",
  foreign: "somebody else's",
};

export interface KeyListProps {
  readonly keys: readonly KeyView[];
  readonly mayChange: boolean;
}

/** The keys: whose, since when, borne by how many bundles, and whether they count. */
export function KeyList({ keys, mayChange }: KeyListProps) {
  const [state, action] = useActionState(distrustKeyAction, NOTHING_DONE);
  return (
    <>
      <SettingsOutcome state={state} />
      <ul className="divide-y divide-line">
        {keys.map((key) => (
          <li key={key.keyId} className="flex flex-col gap-1.5 px-3 py-2.5">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <h3 className="font-medium break-words">{key.label}</h3>
              <Standing of={key} />
              <span className="ml-auto text-ink-soft">
                {formatNoun(key.bundles, "bundle bears", "bundles bear")} it
              </span>
            </div>
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-ink-soft">
              <Hash value={key.keyId} label="fingerprint" />
              <span>
                since <Age at={key.createdAt} />
                {key.addedBy !== null && `, by ${key.addedBy}`}
              </span>
              {key.retiredAt !== null && (
                <span>
                  signed until <Age at={key.retiredAt} />
                </span>
              )}
              {/* A plain link: a file is fetched by the browser, not by the router. */}
              <a href={links.publicKey(key.keyId)} className="link" download>
                Public key<span className="sr-only"> of {key.label}</span>
              </a>
            </p>
            {key.distrusted !== null && (
              <p className="break-words">
                Distrusted by {key.distrusted.by} <Age at={key.distrusted.at} />: “{key.distrusted.reason}”
              </p>
            )}
            {mayChange && key.trusted && key.part !== "signs" && (
              <details>
                <summary className="cursor-pointer text-ink-soft hover:text-ink">
                  Distrust it…<span className="sr-only"> {key.label}</span>
                </summary>
                <form action={action} className="mt-2 flex flex-wrap items-end gap-2">
                  <input type="hidden" name="keyId" value={key.keyId} />
                  <Field
                    name="reason"
                    id={`reason-${key.keyId}`}
                    label="Why"
                    className="min-w-60 flex-1"
                    required
                  >
                    {(control) => <Input {...control} maxLength={4000} autoComplete="off" />}
                  </Field>
                  <SubmitButton variant="danger">Distrust the key</SubmitButton>
                </form>
              </details>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Standing({ of: { part, trusted } }: { readonly of: KeyView }) {
  if (!trusted) return <Status tone="bad">distrusted</Status>;
  return <Status tone={part === "signs" ? "live" : "ok"}>{PARTS[part]}, trusted</Status>;
}
