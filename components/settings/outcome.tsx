import type { SettingsState } from "../../app/(console)/settings/form-state.ts";
import { Banner } from "../ui/banner.tsx";
import { FormStatus } from "../ui/form-status.tsx";

/** What a form of Settings came to. */
export function SettingsOutcome({ state }: { readonly state: SettingsState }) {
  return (
    <>
      <FormStatus findings={state.findings} />
      {state.done !== null && <Banner tone="ok">{state.done}</Banner>}
    </>
  );
}
