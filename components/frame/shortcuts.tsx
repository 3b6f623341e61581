"use client";
import { Keyboard } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Checkbox } from "../ui/checkbox.tsx";
import { Dialog, DialogContent } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { OPEN_PALETTE } from "./palette.tsx";
import { sectionsOf } from "./sections.model.ts";
import { hear, type Shortcut, shortcutsOf } from "./shortcuts.model.ts";
import { usePlatform } from "./use-platform.ts";

const OPEN_HELP = "tenantry:help";
/** In the browser only: nobody else needs to know which keys a person likes. */
const STORED = "tenantry-bare-keys";

export interface ShortcutsProps {
  readonly platforms: readonly string[];
  readonly remembered: string | undefined;
}

/** Listens for shortcuts, and shows them. */
export function Shortcuts({ platforms, remembered }: ShortcutsProps) {
  const router = useRouter();
  const shortcuts = shortcutsOf(sectionsOf(usePlatform(platforms, remembered)));
  const [open, setOpen] = useState(false);
  const [bareKeys, setBareKeys] = useState(true);
  const waiting = useRef(false);
  const path = usePathname();

  useEffect(() => setBareKeys(localStorage.getItem(STORED) !== "off"), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what closes it
  useEffect(() => setOpen(false), [path]);

  useEffect(() => {
    const act = (shortcut: Shortcut) => {
      if (shortcut.act === "go") router.push(shortcut.href);
      else if (shortcut.act === "help") setOpen(true);
      else if (shortcut.act === "palette") window.dispatchEvent(new Event(OPEN_PALETTE));
      else document.querySelector<HTMLInputElement>("main input[type=search]")?.focus();
    };
    const onKey = (event: KeyboardEvent) => {
      const press = {
        key: event.key,
        ctrl: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        writing: isWriting(event.target),
      };
      const heard = hear(shortcuts, press, waiting.current, bareKeys);
      waiting.current = heard.waiting;
      if (heard.shortcut === null) return;
      event.preventDefault();
      act(heard.shortcut);
    };
    const onHelp = () => setOpen(true);
    document.addEventListener("keydown", onKey);
    window.addEventListener(OPEN_HELP, onHelp);
    return () => {
      document.removeEventListener("keydown", onKey);
      window.removeEventListener(OPEN_HELP, onHelp);
    };
  }, [shortcuts, bareKeys, router]);

  const choose = (on: boolean) => {
    setBareKeys(on);
    localStorage.setItem(STORED, on ? "on" : "off");
  };

  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogContent title="Keyboard shortcuts" description="None of them changes anything.">
        <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-4 gap-y-1.5">
          {shortcuts.map((shortcut) => (
            <div key={shortcut.does} className="contents">
              <dt className="flex gap-1">
                {shortcut.keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{shortcut.does}</dd>
            </div>
          ))}
        </dl>
        <Checkbox
          className="mt-4 border-t pt-3"
          checked={bareKeys}
          onChange={(event) => choose(event.target.checked)}
          label="Single keys are shortcuts"
          hint="Turn it off where they get in the way of speech input; Ctrl K stays."
        />
      </DialogContent>
    </Dialog>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]") !== null)
  );
}

/** The same dialog for who does not know of the key. */
export function ShortcutsButton({ className }: { readonly className?: string }) {
  return (
    <button
      type="button"
      className={`needs-script ${className ?? ""}`}
      onClick={() => window.dispatchEvent(new Event(OPEN_HELP))}
    >
      <Keyboard aria-hidden />
      Keyboard shortcuts
    </button>
  );
}
