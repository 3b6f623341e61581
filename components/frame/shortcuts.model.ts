/** The keyboard's shortcuts: what the dialog shows and what the listener does are one table. */
import type { Section } from "./sections.model.ts";

export type Shortcut =
  | { readonly keys: readonly string[]; readonly does: string; readonly act: "palette" | "help" | "search" }
  | { readonly keys: readonly string[]; readonly does: string; readonly act: "go"; readonly href: string };

/** None of them changes anything: they open, focus and go. */
export function shortcutsOf(sections: readonly Section[]): readonly Shortcut[] {
  return [
    { keys: ["Ctrl", "K"], does: "Find a tenant, an operation or a page", act: "palette" },
    { keys: ["?"], does: "Show the shortcuts", act: "help" },
    { keys: ["/"], does: "Search in this list", act: "search" },
    ...sections.map((section) => ({
      keys: ["g", section.key],
      does: `Go to ${section.title}`,
      act: "go" as const,
      href: section.href,
    })),
  ];
}

/** What was pressed, without the browser's object. */
export interface Press {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  /** Whether the focus is where people write. */
  readonly writing: boolean;
}

export interface Heard {
  readonly shortcut: Shortcut | null;
  /** `g` was pressed, and the next key says where to. */
  readonly waiting: boolean;
}

/**
 * What a press means. Keys without Ctrl count only where nobody writes, and not at all where they are switched off
 * (WCAG 2.1.4).
 */
export function hear(
  shortcuts: readonly Shortcut[],
  press: Press,
  waiting: boolean,
  bareKeys: boolean,
): Heard {
  const none: Heard = { shortcut: null, waiting: false };
  if (press.alt) return none;
  if (press.ctrl) {
    const found = shortcuts.find(({ keys }) => keys[0] === "Ctrl" && keys[1] === press.key.toUpperCase());
    return { shortcut: found ?? null, waiting: false };
  }
  if (press.writing || !bareKeys) return none;
  if (waiting) {
    const found = shortcuts.find(({ keys }) => keys[0] === "g" && keys[1] === press.key);
    return { shortcut: found ?? null, waiting: false };
  }
  if (press.key === "g") return { shortcut: null, waiting: true };
  const found = shortcuts.find(({ keys }) => keys.length === 1 && keys[0] === press.key);
  return { shortcut: found ?? null, waiting: false };
}
