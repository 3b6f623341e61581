"use client";
import { OctagonPause } from "lucide-react";
import { useActionState } from "react";
import type { Finding } from "../../lib/findings/finding.ts";
import { Banner } from "../ui/banner.tsx";
import { Field } from "../ui/field.tsx";
import { FormStatus } from "../ui/form-status.tsx";
import { Input } from "../ui/input.tsx";
import { Menu } from "../ui/menu.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";

export interface BrakeState {
  readonly findings?: readonly Finding[];
}

export type BrakeAction = (state: BrakeState, form: FormData) => Promise<BrakeState>;

interface BrakeFormProps {
  /** What the form makes of the brake. */
  readonly on: boolean;
  readonly action: BrakeAction;
}

function BrakeForm({ on, action }: BrakeFormProps) {
  const [state, submit] = useActionState(action, {});
  return (
    <form action={submit} className="flex w-80 max-w-full flex-col gap-2 p-2 text-ink">
      <input type="hidden" name="on" value={String(on)} />
      <p>
        {on
          ? "No run begins and every run stops at its next batch, on every platform, until the brake is released."
          : "Runs that wait in the queue begin. Those that the brake stopped stay paused until they are resumed."}
      </p>
      <Field name="reason" id={`brake-reason-${on}`} label="Why" required>
        {(control) => <Input {...control} maxLength={500} autoComplete="off" />}
      </Field>
      <FormStatus findings={state.findings} />
      <SubmitButton variant={on ? "danger" : "primary"}>
        {on ? "Stop all runs" : "Release the brake"}
      </SubmitButton>
    </form>
  );
}

/** The switch in the top bar; for who may use it. */
export function BrakeSwitch({ action }: { readonly action: BrakeAction }) {
  return (
    <Menu
      side="right"
      arrow={false}
      label="Brake: stop all runs"
      button={
        <>
          <OctagonPause aria-hidden />
          <span className="hidden xl:inline">Brake</span>
        </>
      }
    >
      <BrakeForm on action={action} />
    </Menu>
  );
}

export interface BrakeBannerProps {
  readonly reason: string | null;
  readonly by: string | null;
  /** ISO 8601. */
  readonly since: string | null;
  /** Null for who may not release it. */
  readonly release: BrakeAction | null;
}

/** On every page while the brake is on. */
export function BrakeBanner({ reason, by, since, release }: BrakeBannerProps) {
  return (
    <Banner
      tone="bad"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-none border-x-0 border-t-0"
    >
      <OctagonPause aria-hidden className="size-4" />
      <strong className="font-semibold">The brake is on: no run begins or goes on.</strong>
      <span className="min-w-0 break-words text-ink">
        {reason}
        {by !== null && ` — ${by}`}
        {since !== null && (
          <>
            , <Age at={since} />
          </>
        )}
      </span>
      {release !== null && (
        <Menu className="ml-auto" side="right" button="Release…">
          <BrakeForm on={false} action={release} />
        </Menu>
      )}
    </Banner>
  );
}
