"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { rotateEncryptionAction } from "../../app/(console)/settings/keys/actions.ts";
import type { EncryptionKeyView, PlatformKeysView } from "../../lib/queries/encryption-keys.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Hash } from "../ui/hash.tsx";
import { Input } from "../ui/input.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";

export interface EncryptionKeysProps {
  readonly platforms: readonly PlatformKeysView[];
  readonly mayChange: boolean;
}

/** To whom each platform's bundles are encrypted where somebody asks for it, and what opens those of before. */
export function EncryptionKeys({ platforms, mayChange }: EncryptionKeysProps) {
  const [state, action] = useActionState(rotateEncryptionAction, NOTHING_DONE);
  if (platforms.length === 0)
    return <EmptyState title="No platform yet">A key is made with each platform.</EmptyState>;
  return (
    <>
      <SettingsOutcome state={state} />
      <ul className="divide-y divide-line">
        {platforms.map(({ platformId, platform, keys, bundles }) => (
          <li key={platformId} className="flex flex-col gap-1.5 px-3 py-2.5">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <h3 className="font-medium break-words">{platform}</h3>
              <span className="ml-auto text-ink-soft">
                {formatNoun(bundles, "encrypted bundle", "encrypted bundles")}
              </span>
            </div>
            {keys.length === 0 && <p className="text-ink-soft">It has no key yet.</p>}
            {keys.map((key) => (
              <EncryptionKey key={key.recipient} of={key} />
            ))}
            {mayChange && (
              <details>
                <summary className="cursor-pointer text-ink-soft hover:text-ink">
                  Make a new key…<span className="sr-only"> for {platform}</span>
                </summary>
                <form action={action} className="mt-2 flex flex-wrap items-end gap-2">
                  <input type="hidden" name="platformId" value={platformId} />
                  <Field
                    name="label"
                    id={`encryption-label-${platformId}`}
                    label="Name"
                    hint="The former one stays: it opens what it encrypted."
                    className="min-w-60 flex-1"
                    required
                  >
                    {(control) => <Input {...control} maxLength={100} autoComplete="off" />}
                  </Field>
                  <SubmitButton>Make it, and encrypt to it</SubmitButton>
                </form>
              </details>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function EncryptionKey({
  of: { recipient, label, current, createdAt, addedBy, retiredAt },
}: {
  readonly of: EncryptionKeyView;
}) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-ink-soft">
      <Status tone={current ? "live" : "ok"}>{current ? "encrypted to now" : "opens former ones"}</Status>
      <span className="break-words">{label}</span>
      <Hash value={recipient} label="age public key" />
      <span>
        since <Age at={createdAt} />
        {addedBy !== null && `, by ${addedBy}`}
      </span>
      {retiredAt !== null && (
        <span>
          until <Age at={retiredAt} />
        </span>
      )}
    </p>
  );
}
