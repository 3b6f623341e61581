import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { MENU_ENTRY, Menu } from "../ui/menu.tsx";

export interface PlatformSwitcherProps {
  readonly platforms: readonly string[];
  readonly current: string | null;
}

/** Which platform one works in, and the way to another. */
export function PlatformSwitcher({ platforms, current }: PlatformSwitcherProps) {
  return (
    <Menu
      className="min-w-0"
      label={current === null ? "no platform yet" : `Platform ${current}, change`}
      button={<span className="max-w-32 min-w-0 truncate">{current ?? "no platform"}</span>}
    >
      <nav aria-label="Platforms">
        {platforms.map((name) => (
          <Link
            key={name}
            href={links.tenants(name)}
            aria-current={name === current ? "page" : undefined}
            className={MENU_ENTRY}
          >
            {name}
          </Link>
        ))}
        <Link href={links.platforms()} className={MENU_ENTRY}>
          All platforms
        </Link>
      </nav>
    </Menu>
  );
}
