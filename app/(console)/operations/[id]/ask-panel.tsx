"use client";
import { type ReactNode, useActionState, useEffect, useRef } from "react";
import { links } from "../../../../components/links.ts";
import { buttonClasses } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { Input } from "../../../../components/ui/input.tsx";
import { Link } from "../../../../components/ui/link.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../components/ui/textarea.tsx";
import { afterActionNote, breakGlassAction, operationAction } from "../actions.ts";
import { UNTOUCHED } from "../form-state.ts";
import { fieldError } from "../new/input.model.ts";
import { PhraseField } from "../phrase-field.tsx";

interface AskProps {
  readonly title: string;
  readonly back: string;
  readonly children: ReactNode;
  readonly submit: ReactNode;
}

/** Asks before something that cannot simply be taken back. It has an address; the focus starts on Cancel. */
function Ask({ title, back, children, submit }: AskProps) {
  const cancel = useRef<HTMLAnchorElement>(null);
  useEffect(() => cancel.current?.focus(), []);
  return (
    <section aria-labelledby="ask" className="mb-3 rounded-lg border border-bad bg-surface">
      <h2 id="ask" className="border-b px-3 py-2 font-semibold">
        {title}
      </h2>
      <div className="flex flex-col gap-3 p-3">
        {children}
        <div className="flex flex-wrap gap-2">
          <Link ref={cancel} href={back} className={buttonClasses({ variant: "secondary" })}>
            Cancel
          </Link>
          {submit}
        </div>
      </div>
    </section>
  );
}

export interface AbortPanelProps {
  readonly operationId: string;
  readonly phrase: string;
  readonly rollback: string;
  readonly back: string;
}

/** Abort: the phrase is typed here and compared on the server. */
export function AbortPanel({ operationId, phrase, rollback, back }: AbortPanelProps) {
  const [state, action] = useActionState(operationAction, UNTOUCHED);
  return (
    <form action={action}>
      <Ask
        title="Abort this run?"
        back={back}
        submit={
          <SubmitButton name="act" value="abort" variant="danger">
            Abort the run
          </SubmitButton>
        }
      >
        <FormStatus findings={state.findings} />
        <p>
          It stops as soon as it can, nothing more is begun, and each step takes back what it can. {rollback}
        </p>
        <input type="hidden" name="operationId" value={operationId} />
        <Field
          name="phrase"
          label={
            <>
              Type <code>{phrase}</code>
            </>
          }
          error={fieldError(state.findings, "phrase")}
          required
        >
          {(control) => (
            <Input {...control} autoComplete="off" defaultValue={state.values.phrase} className="font-mono" />
          )}
        </Field>
      </Ask>
    </form>
  );
}

export interface GlassPanelProps {
  readonly operationId: string;
  readonly reviewers: number;
  readonly confirmsBy: "password" | "sign-in";
  /** What has to be typed; null where nothing has. */
  readonly phrase: string | null;
  readonly back: string;
}

/** Break glass: a reason for everybody to read, and the password typed again or a fresh sign-in. */
export function GlassPanel({ operationId, reviewers, confirmsBy, phrase, back }: GlassPanelProps) {
  const [state, action] = useActionState(breakGlassAction, UNTOUCHED);
  return (
    <form action={action}>
      <Ask
        title="Break glass?"
        back={back}
        submit={<SubmitButton variant="danger">Break glass and run it</SubmitButton>}
      >
        <FormStatus findings={state.findings} />
        <p>
          It runs without a review.{" "}
          {reviewers === 1
            ? "The person who could have reviewed it is told"
            : `The ${reviewers} people who could have reviewed it are told`}
          , every page that shows it says so, and you owe a note about it afterwards.
        </p>
        <input type="hidden" name="operationId" value={operationId} />
        <Field name="reason" label="Why it cannot wait" error={fieldError(state.findings, "reason")} required>
          {(control) => (
            <Textarea {...control} rows={2} maxLength={4000} defaultValue={state.values.reason} />
          )}
        </Field>
        {phrase !== null && (
          <PhraseField phrase={phrase} typed={state.values.phrase} findings={state.findings} />
        )}
        {confirmsBy === "password" ? (
          <Field
            name="password"
            label="Your password"
            error={fieldError(state.findings, "password")}
            required
          >
            {(control) => <Input {...control} type="password" autoComplete="current-password" />}
          </Field>
        ) : (
          <p>
            You come by the identity provider:{" "}
            <Link
              href={links.signIn({ again: true, next: links.operation(operationId, { act: "break-glass" }) })}
              className="link"
            >
              sign in again
            </Link>{" "}
            first, unless you did within the last ten minutes.
          </p>
        )}
      </Ask>
    </form>
  );
}

export interface SendPanelProps {
  readonly operationId: string;
  /** Of the plan that is shown. */
  readonly digest: string;
  readonly phrase: string;
  readonly back: string;
}

/** Sends on what was planned again: the phrase has another count by now. */
export function SendPanel({ operationId, digest, phrase, back }: SendPanelProps) {
  const [state, action] = useActionState(operationAction, UNTOUCHED);
  return (
    <form action={action}>
      <Ask
        title="Send it to review?"
        back={back}
        submit={
          <SubmitButton name="act" value="send" variant="danger">
            Send to review
          </SubmitButton>
        }
      >
        <FormStatus findings={state.findings} />
        <input type="hidden" name="operationId" value={operationId} />
        <input type="hidden" name="digest" value={digest} />
        <PhraseField phrase={phrase} typed={state.values.phrase} findings={state.findings} />
      </Ask>
    </form>
  );
}

/** The note that is due after glass was broken. */
export function NoteForm({ operationId }: { readonly operationId: string }) {
  const [state, action] = useActionState(afterActionNote, UNTOUCHED);
  return (
    <form action={action} className="flex flex-col gap-3">
      <FormStatus findings={state.findings} />
      <input type="hidden" name="operationId" value={operationId} />
      <Field
        name="note"
        label="What happened, and why it could not wait"
        hint="Written once; it stays with the operation."
        error={fieldError(state.findings, "note")}
        required
      >
        {(control) => <Textarea {...control} rows={3} maxLength={4000} defaultValue={state.values.note} />}
      </Field>
      <div>
        <SubmitButton>Write the note</SubmitButton>
      </div>
    </form>
  );
}
