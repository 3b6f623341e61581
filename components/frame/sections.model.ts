/** The console's sections, and which of them an address belongs to. */
import { links } from "../links.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly href: string;
  /** The second key of "g, then …". */
  readonly key: string;
}

/** In the order of the top bar. What belongs to a platform is there when one is picked. */
export function sectionsOf(platform: string | null): readonly Section[] {
  return [
    { id: "overview", title: "Overview", href: links.overview(), key: "o" },
    ...(platform === null
      ? []
      : [{ id: "tenants", title: "Tenants", href: links.tenants(platform), key: "t" }]),
    { id: "operations", title: "Operations", href: links.operations(), key: "p" },
    { id: "reviews", title: "Reviews", href: links.reviews(), key: "r" },
    { id: "bundles", title: "Bundles", href: links.bundles(), key: "b" },
    platform === null
      ? { id: "platform", title: "Platforms", href: links.platforms(), key: "l" }
      : { id: "platform", title: "Platform", href: links.platform(platform), key: "l" },
    { id: "audit", title: "Audit", href: links.audit(), key: "a" },
  ];
}

/** The section that a path is in; null for one that is in none. */
export function sectionAt(path: string): string | null {
  if (path === "/") return "overview";
  const [, first, , third] = path.split("/");
  if (first === "platforms") return third === "tenants" ? "tenants" : "platform";
  return first === undefined ? null : first;
}

/** The platform that a path names; undefined where it names none. */
export function platformAt(path: string): string | undefined {
  const [, first, name] = path.split("/");
  return first === "platforms" && name !== undefined && name !== "new" ? decodeURIComponent(name) : undefined;
}

/** The platform to work in: the address's, else the one used last, else the only or first one. */
export function currentPlatform(
  path: string,
  platforms: readonly string[],
  remembered: string | undefined,
): string | null {
  const wanted = [platformAt(path), remembered].find(
    (name) => name !== undefined && platforms.includes(name),
  );
  return wanted ?? platforms[0] ?? null;
}

/** The cookie in which the platform used last is remembered. */
export const PLATFORM_COOKIE = "tenantry-platform";
