import type { PeopleState } from "../../app/(console)/settings/people/acts.ts";
import { Banner } from "../ui/banner.tsx";
import { FormStatus } from "../ui/form-status.tsx";
import { Hash } from "../ui/hash.tsx";

/** What a form of the page of people came to. A password stands in this answer and nowhere else. */
export function PeopleOutcome({ state }: { readonly state: PeopleState }) {
  return (
    <>
      <FormStatus findings={state.findings} />
      {state.done !== null && (
        <Banner tone="ok">
          {state.done}
          {state.password !== null && (
            <p>
              The password of {state.password.email} is{" "}
              <Hash value={state.password.text} label="password" whole />. It is shown now and never again,
              and has to be changed at the next sign-in.
            </p>
          )}
        </Banner>
      )}
    </>
  );
}
