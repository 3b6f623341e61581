"use client";
import { useActionState } from "react";
import { Field } from "../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { Select } from "../../../../components/ui/select.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import type { PlatformView } from "../../../../lib/queries/platform-health.ts";
import { chooseStoreAction } from "../actions.ts";
import { NOTHING_TYPED } from "../registration-state.ts";

export interface StoreFormProps {
  readonly platform: Pick<PlatformView, "id" | "store" | "compression">;
  readonly stores: readonly { readonly id: string; readonly region: string | null }[];
}

/** Where the platform's bundles are kept from now on, and how they are compressed. */
export function StoreForm({ platform, stores }: StoreFormProps) {
  const [state, action] = useActionState(chooseStoreAction, NOTHING_TYPED);
  const choices = stores.map(({ id, region }) => ({
    value: id,
    label: `${id === "s3" ? "bucket (s3)" : id}, ${region === null ? "no region said" : `region ${region}`}`,
  }));
  return (
    <form action={action} className="flex flex-col gap-3">
      <FormStatus findings={state.findings} />
      <input type="hidden" name="platformId" value={platform.id} />
      <p className="text-ink-soft">
        For bundles that are made from now on. Those that are there stay where they are, and are read from
        there.
      </p>
      <div className="flex flex-wrap gap-3">
        <Field name="store" label="Store">
          {(control) => (
            <Select {...control} choices={choices} defaultValue={state.values.store ?? platform.store} />
          )}
        </Field>
        <Field name="compression" label="Compression">
          {(control) => (
            <Select
              {...control}
              choices={[
                { value: "gzip", label: "gzip: any table opens at once" },
                { value: "zstd", label: "zstd: smaller and faster" },
              ]}
              defaultValue={state.values.compression ?? platform.compression}
            />
          )}
        </Field>
      </div>
      <div>
        <SubmitButton variant="secondary">Keep them there</SubmitButton>
      </div>
    </form>
  );
}
