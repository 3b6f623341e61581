import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/**
 * A box, or with `radio` a button of a group, whose whole label can be clicked. Made anew with another default, as a
 * select is: React resets a form that was sent, and forgets a default that came with the answer.
 */
export function Checkbox({
  label,
  hint,
  radio = false,
  className,
  ...rest
}: CheckboxProps & { readonly radio?: boolean }) {
  return (
    <label className={cn("flex items-start gap-2", className)}>
      <input
        key={String(rest.defaultChecked)}
        type={radio ? "radio" : "checkbox"}
        className="mt-[3px] size-3.5 accent-accent"
        {...rest}
      />
      <span>
        {label}
        {hint !== undefined && <span className="block text-ink-soft">{hint}</span>}
      </span>
    </label>
  );
}
