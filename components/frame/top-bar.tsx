"use client";
import { Bell, Menu as MenuIcon } from "lucide-react";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { links } from "../links.ts";
import { Count } from "../ui/badge.tsx";
import { buttonClasses } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Link } from "../ui/link.tsx";
import { MENU_ENTRY, Menu } from "../ui/menu.tsx";
import { PlatformSwitcher } from "./platform-switcher.tsx";
import { type Section, sectionAt, sectionsOf } from "./sections.model.ts";
import { usePlatform } from "./use-platform.ts";

export interface TopBarProps {
  readonly platforms: readonly string[];
  /** The platform used last. */
  readonly remembered: string | undefined;
  readonly reviewsWaiting: number;
  readonly unreadNotices: number;
  /** Brake, palette, theme and person; from the right end. */
  readonly children: ReactNode;
}

/** The bar on top of every page: which platform, the sections, and what is always at hand. */
export function TopBar({ platforms, remembered, reviewsWaiting, unreadNotices, children }: TopBarProps) {
  const platform = usePlatform(platforms, remembered);
  const current = sectionAt(usePathname());
  const badges: Readonly<Record<string, ReactNode>> = {
    reviews: <Count value={reviewsWaiting} label="waiting for you" />,
  };
  const sections = sectionsOf(platform);
  return (
    <header className="sticky top-0 z-20 border-b bg-surface print:hidden">
      <div className="flex h-11 items-center gap-1 px-3 max-sm:gap-0">
        <Link href={links.overview()} className="mr-1 font-semibold">
          Tenantry
        </Link>
        <PlatformSwitcher platforms={platforms} current={platform} />
        <nav aria-label="Sections" className="mx-1 hidden h-full items-stretch lg:flex">
          {sections.map((section) => (
            <SectionLink key={section.id} section={section} current={current === section.id}>
              {badges[section.id]}
            </SectionLink>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1 max-sm:gap-0">
          <Link href={links.notices()} className={buttonClasses({ variant: "ghost", size: "sm" })}>
            <Bell aria-hidden />
            <span className="sr-only">Notices</span>
            <Count value={unreadNotices} label="unread" />
          </Link>
          {children}
        </div>
        <Menu
          className="lg:hidden"
          side="right"
          arrow={false}
          button={
            <>
              <MenuIcon aria-hidden />
              <span className="sr-only">Sections</span>
              <Count value={reviewsWaiting} label="reviews waiting for you" />
            </>
          }
        >
          <nav aria-label="Sections">
            {sections.map((section) => (
              <Link
                key={section.id}
                href={section.href}
                aria-current={current === section.id ? "page" : undefined}
                className={MENU_ENTRY}
              >
                {section.title} {badges[section.id]}
              </Link>
            ))}
          </nav>
        </Menu>
      </div>
    </header>
  );
}

interface SectionLinkProps {
  readonly section: Section;
  readonly current: boolean;
  readonly children: ReactNode;
}

function SectionLink({ section, current, children }: SectionLinkProps) {
  return (
    <Link
      href={section.href}
      aria-current={current ? "page" : undefined}
      className={cn(
        "inline-flex items-center gap-1 border-b-2 px-2",
        current ? "border-accent font-medium text-ink" : "border-transparent text-ink-soft hover:text-ink",
      )}
    >
      {section.title}
      {children}
    </Link>
  );
}
