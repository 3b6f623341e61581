/** What the palette offers of itself, before anything is asked of the server. */
import { links } from "../links.ts";
import { sectionsOf } from "./sections.model.ts";

export interface PalettePage {
  readonly title: string;
  readonly href: string;
}

/** Every page that has no id in its address; settings for those who may change them. */
export function palettePages(
  platform: string | null,
  platforms: readonly string[],
  managesPeople: boolean,
): readonly PalettePage[] {
  return [
    ...sectionsOf(platform).map(({ title, href }) => ({ title, href })),
    ...(platform === null ? [] : [{ title: `Tenancy model of ${platform}`, href: links.model(platform) }]),
    ...platforms
      .filter((name) => name !== platform)
      .map((name) => ({ title: `Tenants of ${name}`, href: links.tenants(name) })),
    { title: "Platforms", href: links.platforms() },
    ...(managesPeople ? [{ title: "People and roles", href: links.people() }] : []),
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
