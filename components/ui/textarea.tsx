import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { CONTROL } from "./control.ts";

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={rows} className={cn(CONTROL, "py-1.5", className)} {...rest} />;
}
