"use client";
import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { buttonClasses } from "./button.tsx";
import { DIALOG_BOX, OVERLAY } from "./dialog.tsx";

export const AlertDialog = Radix.Root;
export const AlertDialogTrigger = Radix.Trigger;

export interface AlertDialogContentProps {
  readonly title: ReactNode;
  /** What will happen, with numbers. */
  readonly description: ReactNode;
  /** Fields, and the button that does it: `type="submit"` inside a form. */
  readonly children: ReactNode;
  readonly cancel?: string;
}

/** Asks before something that cannot be taken back. The focus starts on Cancel; a click beside it does nothing. */
export function AlertDialogContent({
  title,
  description,
  children,
  cancel = "Cancel",
}: AlertDialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={OVERLAY} />
      <Radix.Content className={DIALOG_BOX}>
        <header className="border-b px-4 py-2.5">
          <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
        </header>
        <div className="flex flex-col gap-3 p-4">
          <Radix.Description asChild>
            <div>{description}</div>
          </Radix.Description>
          {children}
          <Radix.Cancel className={buttonClasses({ variant: "secondary" })}>{cancel}</Radix.Cancel>
        </div>
      </Radix.Content>
    </Radix.Portal>
  );
}
