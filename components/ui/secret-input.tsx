"use client";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Button } from "./button.tsx";
import type { ControlProps } from "./field.tsx";
import { Input } from "./input.tsx";

/**
 * A secret that is typed. The server never sends it back; what was typed stays in this page only, so that a form that
 * was refused need not be filled in again. Without scripts it is typed anew.
 */
export function SecretInput({
  what,
  placeholder,
  ...control
}: ControlProps & { readonly what: string; readonly placeholder?: string }) {
  const [value, setValue] = useState("");
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="flex gap-1">
      <Input
        {...control}
        type={shown ? "text" : "password"}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
      />
      <Button className="needs-script h-8 shrink-0" aria-pressed={shown} onClick={() => setShown(!shown)}>
        <Icon aria-hidden />
        <span className="sr-only">Show {what}</span>
      </Button>
    </div>
  );
}
