import type { ReactNode } from "react";
import { ButtonLink, buttonClasses } from "./button.tsx";

export interface ActionLinkProps {
  readonly href: string;
  /** Why it cannot be done now; null where it can. */
  readonly unavailable: string | null;
  readonly variant?: "primary" | "secondary" | "danger-quiet";
  readonly children: ReactNode;
}

/** A way to a form. Where it is closed it is no link: it says why, to everybody, without hovering. */
export function ActionLink({ href, unavailable, variant = "secondary", children }: ActionLinkProps) {
  if (unavailable === null) {
    return (
      <ButtonLink href={href} variant={variant}>
        {children}
      </ButtonLink>
    );
  }
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2">
      <span className={buttonClasses({ variant: "secondary" })} aria-disabled="true">
        {children}
      </span>
      <span className="text-ink-soft">{unavailable}</span>
    </span>
  );
}
