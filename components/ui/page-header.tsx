import type { ReactNode } from "react";
import { Link } from "./link.tsx";

export interface PageHeaderProps {
  readonly title: ReactNode;
  /** Where one came from: links from the outside in. */
  readonly trail?: readonly { readonly href: string; readonly title: string }[];
  /** Under the title: state, totals. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** A page's title, and what can be done with what it shows. */
export function PageHeader({ title, trail = [], children, actions }: PageHeaderProps) {
  return (
    <header className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        {trail.length > 0 && (
          <nav aria-label="Breadcrumbs" className="flex flex-wrap gap-1 text-ink-soft">
            {trail.map((step) => (
              <span key={step.href}>
                <Link href={step.href} className="hover:text-ink hover:underline">
                  {step.title}
                </Link>{" "}
                <span aria-hidden>/</span>
              </span>
            ))}
          </nav>
        )}
        <h1 className="text-xl font-semibold break-words">{title}</h1>
        {children !== undefined && <div className="text-ink-soft">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
