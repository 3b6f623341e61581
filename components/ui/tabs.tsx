"use client";
import { Tabs as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

/** Tabs inside a page. Where a tab is worth a link, use links and `TabLinks` instead. */
export const Tabs = Radix.Root;

export function TabList({ className, ...rest }: ComponentProps<typeof Radix.List>) {
  return <Radix.List className={cn("flex gap-1 overflow-x-auto border-b", className)} {...rest} />;
}

export const TAB =
  "-mb-px border-b-2 border-transparent px-2 py-1.5 whitespace-nowrap text-ink-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink";

export function Tab({ className, ...rest }: ComponentProps<typeof Radix.Trigger>) {
  return <Radix.Trigger className={cn(TAB, className)} {...rest} />;
}

export const TabPanel = Radix.Content;
