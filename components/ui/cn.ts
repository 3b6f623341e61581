import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({});

/** Joins class names; of two that set the same property, the later one holds. */
export function cn(...classes: readonly ClassValue[]): string {
  return merge(clsx(classes));
}
