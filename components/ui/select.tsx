import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { CONTROL } from "./control.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface SelectProps extends ComponentProps<"select"> {
  readonly choices: readonly Choice[];
  /** The entry that stands for no choice: "Any state", "Pick a database…". */
  readonly empty?: string;
}

/**
 * The browser's own select: it works without scripts, on a phone and by keyboard. Made anew with another default: React
 * resets a form that was sent, and forgets a default that came with the answer.
 */
export function Select({ choices, empty, className, defaultValue, ...rest }: SelectProps) {
  return (
    <select
      key={String(defaultValue)}
      defaultValue={defaultValue}
      className={cn(CONTROL, "h-8 pr-1", className)}
      {...rest}
    >
      {empty !== undefined && <option value="">{empty}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
