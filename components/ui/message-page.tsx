import type { ReactNode } from "react";

export interface MessagePageProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The next step: links and buttons. */
  readonly actions?: ReactNode;
}

/** A page that has only something to say: not found, not allowed, failed. */
export function MessagePage({ title, children, actions }: MessagePageProps) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-start gap-3 px-4 py-16">
      <h1 className="text-xl font-semibold">{title}</h1>
      <div className="text-base text-ink-soft">{children}</div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
