import { describe, expect, it } from "vitest";
import { sectionsOf } from "./sections.model.ts";
import { hear, type Press, shortcutsOf } from "./shortcuts.model.ts";

const SHORTCUTS = shortcutsOf(sectionsOf("harbor"));
const press = (key: string, over: Partial<Press> = {}): Press => ({
  key,
  ctrl: false,
  alt: false,
  writing: false,
  ...over,
});

describe("shortcuts", () => {
  it("open the palette from anywhere, also while somebody writes", () => {
    expect(hear(SHORTCUTS, press("k", { ctrl: true, writing: true }), false, false).shortcut?.act).toBe(
      "palette",
    );
  });

  it("take single keys only where nobody writes", () => {
    expect(hear(SHORTCUTS, press("?"), false, true).shortcut?.act).toBe("help");
    expect(hear(SHORTCUTS, press("?", { writing: true }), false, true).shortcut).toBeNull();
    expect(hear(SHORTCUTS, press("/", { alt: true }), false, true).shortcut).toBeNull();
  });

  it("take none at all where single keys are switched off", () => {
    for (const key of ["?", "/", "g"])
      expect(hear(SHORTCUTS, press(key), false, false)).toEqual({ shortcut: null, waiting: false });
  });

  it("wait after g for where to go", () => {
    expect(hear(SHORTCUTS, press("g"), false, true)).toEqual({ shortcut: null, waiting: true });
    const went = hear(SHORTCUTS, press("t"), true, true);
    expect(went).toMatchObject({ shortcut: { act: "go" }, waiting: false });
    expect(hear(SHORTCUTS, press("t"), false, true).shortcut).toBeNull();
    expect(hear(SHORTCUTS, press("?"), true, true)).toEqual({ shortcut: null, waiting: false });
  });

  it("only open, focus and go, each by keys of its own", () => {
    expect(new Set(SHORTCUTS.map(({ act }) => act))).toEqual(new Set(["palette", "help", "search", "go"]));
    const keys = SHORTCUTS.map((shortcut) => shortcut.keys.join(" "));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
