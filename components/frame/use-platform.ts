"use client";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { currentPlatform, PLATFORM_COOKIE, platformAt } from "./sections.model.ts";

/** The platform to work in on this page; the one that the address names is remembered for pages that name none. */
export function usePlatform(platforms: readonly string[], remembered: string | undefined): string | null {
  const path = usePathname();
  const named = platformAt(path);
  useEffect(() => {
    if (named === undefined) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
    document.cookie = `${PLATFORM_COOKIE}=${encodeURIComponent(named)}; path=/; max-age=31536000; samesite=lax`;
  }, [named]);
  return currentPlatform(path, platforms, remembered);
}
