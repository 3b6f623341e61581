"use client";
import { useActionState } from "react";
import { verifyAction } from "../../app/(console)/audit/actions.ts";
import { Banner } from "../ui/banner.tsx";
import { Findings } from "../ui/findings.tsx";
import { Hash } from "../ui/hash.tsx";
import { formatCount, formatNoun } from "../ui/quantities.ts";
import { SubmitButton } from "../ui/submit-button.tsx";

/** Walks the whole chain, and says what it proves. */
export function VerifyChain() {
  const [{ findings, walked }, action] = useActionState(verifyAction, { findings: [], walked: null });
  return (
    <div className="flex flex-col gap-2">
      <form action={action} className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <SubmitButton variant="secondary">Verify the chain</SubmitButton>
        <span className="min-w-0 flex-1 text-ink-soft">
          Reads every entry and recomputes its link; a changed, removed or inserted entry breaks it.
        </span>
      </form>
      {findings.length > 0 && (
        <Banner tone="bad">
          <Findings findings={findings} />
        </Banner>
      )}
      {walked !== null && findings.length === 0 && (
        <Banner tone="ok">
          Every link holds: {formatNoun(walked.links, "link", "links")}, {formatCount(walked.waiting)} not
          linked yet
          {walked.head !== null && (
            <>
              ; the head is <Hash value={walked.head} label="the chain's head" />
            </>
          )}
          .
        </Banner>
      )}
    </div>
  );
}
