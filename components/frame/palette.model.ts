/** What the palette offers of itself, before anything is asked of the server. */
import { links } from "../links.ts";
import { sectionsOf } from "./sections.model.ts";

export interface PalettePage {
  readonly title: string;
  readonly href: string;
}

/** Every page that has no id in its address. */
export function palettePages(platform: string | null, platforms: readonly string[]): readonly PalettePage[] {
  return [
    // Settings begin at people and roles, which stands below under its own name.
    ...sectionsOf(platform)
      .filter(({ id }) => id !== "settings")
      .map(({ title, href }) => ({ title, href })),
    ...(platform === null ? [] : [{ title: `Tenancy model of ${platform}`, href: links.model(platform) }]),
    ...platforms
      .filter((name) => name !== platform)
      .map((name) => ({ title: `Tenants of ${name}`, href: links.tenants(name) })),
    { title: "Platforms", href: links.platforms() },
    { title: "People and roles", href: links.people() },
    { title: "Policies", href: links.policies() },
    { title: "Signing keys", href: links.keys() },
  ].filter((page, at, all) => all.findIndex((other) => other.href === page.href) === at);
}

/** Pages whose title has every word that was typed. */
export function matchPages(pages: readonly PalettePage[], text: string): readonly PalettePage[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return pages.filter((page) => words.every((word) => page.title.toLowerCase().includes(word)));
}
