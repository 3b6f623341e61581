"use client";
import { ChevronDown } from "lucide-react";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { buttonClasses } from "./button.tsx";
import { cn } from "./cn.ts";

export interface MenuProps {
  /** What the button shows; `label` names it where that is only a picture. */
  readonly button: ReactNode;
  readonly label?: string;
  readonly children: ReactNode;
  readonly side?: "left" | "right";
  readonly arrow?: boolean;
  readonly className?: string;
  readonly boxClassName?: string;
}

/**
 * A button that opens a box of links and forms below it. The browser's own disclosure, so that it opens without
 * scripts; with them it closes by Escape, by a click elsewhere and by going to another page.
 */
export function Menu({
  button,
  label,
  children,
  side = "left",
  arrow = true,
  className,
  boxClassName,
}: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);
  const path = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what closes it
  useEffect(() => {
    if (details.current !== null) details.current.open = false;
  }, [path]);
  useEffect(() => {
    const close = (event: Event) => {
      const box = details.current;
      if (box === null || !box.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        box.querySelector("summary")?.focus();
      } else if (event.target instanceof Node && box.contains(event.target)) return;
      box.open = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details ref={details} className={cn("group relative", className)}>
      <summary
        aria-label={label}
        className={cn(
          buttonClasses({ variant: "ghost", size: "sm" }),
          "max-w-full list-none group-open:bg-sunken [&::-webkit-details-marker]:hidden",
        )}
      >
        {button}
        {arrow && <ChevronDown aria-hidden className="text-ink-soft max-sm:hidden" />}
      </summary>
      <div
        className={cn(
          "absolute top-full z-30 mt-1 max-h-[80vh] w-max max-w-[calc(100vw-1.5rem)] min-w-44 overflow-y-auto rounded-md border border-line-strong bg-surface p-1",
          side === "right" ? "right-0" : "left-0",
          boxClassName,
        )}
      >
        {children}
      </div>
    </details>
  );
}

/** How an entry of a menu looks: a link, or the button of a form. */
export const MENU_ENTRY =
  "flex w-full items-center gap-2 rounded-sm px-2 py-1 text-left hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium [&_svg]:size-3.5 [&_svg]:text-ink-soft";
