import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { Link } from "./link.tsx";

/**
 * A table that scrolls sideways in its own box where the page is narrow; the box takes the focus so that the
 * keyboard can scroll it. `label` names it for those who do not see what stands above it.
 */
export function Table({
  label,
  className,
  children,
  ...rest
}: ComponentProps<"table"> & { readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="relative w-full overflow-x-auto">
      <table className={cn("w-full border-collapse text-sm", className)} {...rest}>
        {children}
      </table>
    </section>
  );
}

export function TableHead({ children }: { readonly children: ReactNode }) {
  return (
    <thead className="border-b bg-sunken text-ink-soft">
      <tr>{children}</tr>
    </thead>
  );
}

export function TableBody({ className, ...rest }: ComponentProps<"tbody">) {
  return <tbody className={cn("divide-y divide-line", className)} {...rest} />;
}

export function TableRow({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("hover:bg-sunken/60", className)} {...rest} />;
}

/** A number's column: to the right, as its cells are. */
export interface Aligned {
  readonly numeric?: boolean;
}

export interface HeaderProps extends ComponentProps<"th">, Aligned {
  /** Where a click leads, and how the column is sorted now. */
  readonly sort?: { readonly href: string; readonly direction: "up" | "down" | null };
}

export function Th({ numeric, sort, className, children, ...rest }: HeaderProps) {
  const Arrow = sort?.direction === "down" ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={
        sort === undefined || sort.direction === null
          ? undefined
          : sort.direction === "up"
            ? "ascending"
            : "descending"
      }
      className={cn(
        "h-7 px-2 text-xs font-medium whitespace-nowrap",
        numeric ? "text-right" : "text-left",
        className,
      )}
      {...rest}
    >
      {sort === undefined ? (
        children
      ) : (
        <Link href={sort.href} className="inline-flex items-center gap-0.5 hover:text-ink hover:underline">
          {children}
          {sort.direction !== null && <Arrow aria-hidden className="size-3" />}
        </Link>
      )}
    </th>
  );
}

export function Td({ numeric, className, ...rest }: ComponentProps<"td"> & Aligned) {
  return (
    <td
      className={cn("h-[30px] px-2 py-1 align-middle", numeric && "text-right whitespace-nowrap", className)}
      {...rest}
    />
  );
}
