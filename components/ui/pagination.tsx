import { ButtonLink } from "./button.tsx";
import type { PageOf } from "./pagination.model.ts";
import { formatCount } from "./quantities.ts";

export interface PaginationProps {
  readonly page: PageOf;
  /** What the entries are called: `tenants`. */
  readonly noun: string;
  /** The address of the list at another page, everything else as it is. */
  readonly href: (page: number) => string;
}

/** "1–50 of 10 000 tenants", and the way to the others; "37 in all" where there are none. */
export function Pagination({ page, noun, href }: PaginationProps) {
  return (
    <nav
      aria-label="Pages"
      className="flex flex-wrap items-center justify-between gap-2 border-t px-2 py-1.5"
    >
      <p className="text-ink-soft">
        {page.pages === 1
          ? `${formatCount(page.total)} in all`
          : `${formatCount(page.first)}–${formatCount(page.last)} of ${formatCount(page.total)} ${noun}`}
      </p>
      {page.pages > 1 && (
        <div className="flex items-center gap-1">
          <Step to={page.page > 1 ? href(page.page - 1) : null} rel="prev">
            Previous
          </Step>
          <span className="px-2 text-ink-soft">
            Page {formatCount(page.page)} of {formatCount(page.pages)}
          </span>
          <Step to={page.page < page.pages ? href(page.page + 1) : null} rel="next">
            Next
          </Step>
        </div>
      )}
    </nav>
  );
}

function Step({
  to,
  rel,
  children,
}: {
  readonly to: string | null;
  readonly rel: string;
  readonly children: string;
}) {
  if (to === null) return <span className="inline-flex h-7 items-center px-2 text-ink-soft">{children}</span>;
  return (
    <ButtonLink href={to} rel={rel} size="sm">
      {children}
    </ButtonLink>
  );
}
