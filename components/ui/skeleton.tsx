import { cn } from "./cn.ts";

/** The place of something that is on its way. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cn("h-4 animate-pulse rounded-sm bg-sunken", className)} />;
}

/**
 * A part of a page that is on its way: a title and rows, read out as one sentence. For a Suspense boundary below
 * the checks of a page; never a loading.tsx, which starts the stream before a page can answer 403 or 404.
 */
export function PageSkeleton({ rows = 12 }: { readonly rows?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">Loading…</span>
      <Skeleton className="h-6 w-56" />
      <div className="flex flex-col gap-2 rounded-lg border bg-surface p-3">
        {Array.from({ length: rows }, (_, row) => row).map((row) => (
          <Skeleton key={row} className="h-[22px]" />
        ))}
      </div>
    </div>
  );
}
