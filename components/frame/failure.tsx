"use client";
import { links } from "../links.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { MessagePage } from "../ui/message-page.tsx";

export interface FailureProps {
  readonly error: Error & { readonly digest?: string };
}

/** An unexpected error, whose page is fetched anew by "Try again": what it was stands in the log under the reference, never on the page. */
export function Failure({ error }: FailureProps) {
  return (
    <MessagePage
      title="This page could not be made"
      actions={
        <>
          <Button variant="primary" onClick={() => location.reload()}>
            Try again
          </Button>
          <ButtonLink href={links.overview()}>Overview</ButtonLink>
        </>
      }
    >
      <p>Nothing that runs is touched by this. Try again; where it stays, the console's log says why.</p>
      {error.digest !== undefined && (
        <p className="mt-2">
          Reference in the log: <code>{error.digest}</code>
        </p>
      )}
    </MessagePage>
  );
}
