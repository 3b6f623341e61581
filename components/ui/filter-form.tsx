"use client";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import type { FormEvent, ReactNode } from "react";
import { withQuery } from "../links.ts";
import { Button } from "./button.tsx";
import { Input } from "./input.tsx";

export interface FilterFormProps {
  /** The list's own address, without its query. */
  readonly action: string;
  readonly label: string;
  /** The search field `q`; left out where the list has none. */
  readonly search?: { readonly value: string; readonly placeholder: string };
  /** Kept as they are: how the list is sorted. */
  readonly keep?: Readonly<Record<string, string | null>>;
  /** Selects, each with an `aria-label`; a choice applies at once where scripts run. */
  readonly children?: ReactNode;
  /** Where nothing is filtered; shown while something is. */
  readonly reset?: ReactNode;
}

/** What a list is filtered by. A GET form: the address holds the filters, and it works without scripts. */
export function FilterForm({ action, label, search, keep = {}, children, reset }: FilterFormProps) {
  const router = useRouter();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [
      name,
      String(value).trim(),
    ]);
    router.push(withQuery(action, Object.fromEntries(entries)));
  };
  return (
    <search aria-label={label}>
      <form
        action={action}
        method="get"
        onSubmit={submit}
        onChange={(event) => {
          if (event.target instanceof HTMLSelectElement) event.currentTarget.requestSubmit();
        }}
        className="flex flex-wrap items-center gap-2 [&_select]:w-auto"
      >
        {search !== undefined && (
          <div className="relative w-full sm:w-72">
            <Search aria-hidden className="pointer-events-none absolute top-2 left-2 size-4 text-ink-soft" />
            <Input
              type="search"
              name="q"
              key={search.value}
              defaultValue={search.value}
              placeholder={search.placeholder}
              aria-label={search.placeholder}
              autoComplete="off"
              className="pl-7"
            />
          </div>
        )}
        {children}
        {Object.entries(keep).map(([name, value]) =>
          value === null ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <Button type="submit">Filter</Button>
        {reset}
      </form>
    </search>
  );
}
