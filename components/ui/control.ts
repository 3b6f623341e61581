/** What input, select and textarea share. */
export const CONTROL =
  "w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink disabled:bg-sunken disabled:text-ink-soft aria-[invalid=true]:border-bad";
