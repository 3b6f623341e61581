"use client";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export const Dropdown = Radix.Root;
export const DropdownTrigger = Radix.Trigger;

export function DropdownContent({
  className,
  sideOffset = 4,
  align = "start",
  ...rest
}: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={sideOffset}
        align={align}
        collisionPadding={8}
        className={cn(
          "z-50 min-w-44 rounded-md border border-line-strong bg-surface p-1 text-sm text-ink",
          className,
        )}
        {...rest}
      />
    </Radix.Portal>
  );
}

/** An entry; with `asChild` around a Link it leads somewhere. */
export function DropdownItem({ className, ...rest }: ComponentProps<typeof Radix.Item>) {
  return (
    <Radix.Item
      className={cn(
        "flex w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-left outline-none data-[highlighted]:bg-accent-soft data-[highlighted]:text-ink data-[disabled]:opacity-55 [&_svg]:size-3.5",
        className,
      )}
      {...rest}
    />
  );
}

export function DropdownLabel({ className, ...rest }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn("px-2 py-1 text-xs text-ink-soft", className)} {...rest} />;
}

export function DropdownSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
