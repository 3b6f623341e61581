import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** What a field hands to the control inside it, so that label, hint and error belong to it. */
export interface ControlProps {
  readonly id: string;
  readonly name: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
  readonly required?: true;
}

export interface FieldProps {
  readonly name: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly className?: string;
  /** Ids are unique on a page; the name is taken where two forms do not share it. */
  readonly id?: string;
  readonly children: (control: ControlProps) => ReactNode;
}

/** A label, its control, a hint under it, and what is wrong with what was entered. */
export function Field({
  name,
  label,
  hint,
  error,
  required = false,
  className,
  id = name,
  children,
}: FieldProps) {
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const errorId = error === undefined ? undefined : `${id}-error`;
  const described = [errorId, hintId].filter((part) => part !== undefined).join(" ");
  return (
    <div className={cn("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
        {required && <span className="font-normal text-ink-soft"> (required)</span>}
      </label>
      {children({
        id,
        name,
        ...(described === "" ? {} : { "aria-describedby": described }),
        ...(error === undefined ? {} : { "aria-invalid": true as const }),
        ...(required ? { required: true as const } : {}),
      })}
      {error !== undefined && (
        <p id={errorId} className="text-bad">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={hintId} className="text-ink-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
