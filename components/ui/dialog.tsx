"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

export const OVERLAY = "fixed inset-0 z-40 bg-[rgb(0_0_0/0.45)]";
export const DIALOG_BOX =
  "fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 flex-col overflow-y-auto rounded-lg border border-line-strong bg-surface text-ink";

export interface DialogContentProps extends Omit<ComponentProps<typeof Radix.Content>, "title"> {
  readonly title: ReactNode;
  readonly description?: ReactNode;
}

/** A dialog with its title; closes by Escape, by a click beside it and by its cross. */
export function DialogContent({ title, description, className, children, ...rest }: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={OVERLAY} />
      <Radix.Content
        className={cn(DIALOG_BOX, className)}
        {...(description === undefined ? { "aria-describedby": undefined } : {})}
        {...rest}
      >
        <header className="flex items-start gap-4 border-b px-4 py-2.5">
          <div className="min-w-0 flex-1">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
            {description !== undefined && (
              <Radix.Description className="text-ink-soft">{description}</Radix.Description>
            )}
          </div>
          <Radix.Close
            aria-label="Close"
            className="rounded-sm p-1 text-ink-soft hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden className="size-4" />
          </Radix.Close>
        </header>
        <div className="p-4">{children}</div>
      </Radix.Content>
    </Radix.Portal>
  );
}
