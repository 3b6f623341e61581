"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { cn } from "./cn.ts";
import { elideMiddle } from "./quantities.ts";

export interface HashProps {
  readonly value: string;
  /** What it is, for the button's name: `digest`. */
  readonly label: string;
  /** Shown whole, where there is room for it. */
  readonly whole?: boolean;
  readonly className?: string;
}

/** An identifier or hash in mono, its middle elided, copied by a click. Without scripts it stands there whole. */
export function Hash({ value, label, whole = false, className }: HashProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // The browser refuses outside of a secure context: the text can still be selected.
    }
  };
  return (
    <button
      type="button"
      onClick={copy}
      title={value}
      className={cn(
        "inline-flex items-center gap-1 rounded-sm font-mono hover:text-accent",
        whole && "break-all text-left",
        className,
      )}
    >
      <span>{whole ? value : elideMiddle(value)}</span>
      {copied ? (
        <Check aria-hidden className="size-3 shrink-0 text-ok" />
      ) : (
        <Copy aria-hidden className="size-3 shrink-0 text-ink-soft" />
      )}
      <span className="sr-only" aria-live="polite">
        {copied ? "copied" : `copy ${label}`}
      </span>
    </button>
  );
}
