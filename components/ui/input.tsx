import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { CONTROL } from "./control.ts";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(CONTROL, "h-8", className)} {...rest} />;
}
