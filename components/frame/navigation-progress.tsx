"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";

/** A page that is there sooner is not worth a word. */
const QUIET_MS = 150;

/**
 * A line on top while the next page is fetched. In place of loading.tsx, which starts the answer's stream, and with
 * it its status, before a page can say 403 or 404.
 */
export function NavigationProgress() {
  const here = `${usePathname()}?${useSearchParams()}`;
  const [leaving, setLeaving] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the new address is what ends it
  useEffect(() => {
    // A page that was there before the line was due needs none.
    clearTimeout(timer.current);
    setLeaving(false);
  }, [here]);
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented && !(event.target instanceof Element)) return;
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.download !== "") return;
      const to = new URL(link.href);
      const same = to.pathname === location.pathname && to.search === location.search;
      if (to.origin !== location.origin || same || to.pathname.startsWith("/api/")) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setLeaving(true), QUIET_MS);
    };
    document.addEventListener("click", onClick);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener("click", onClick);
    };
  }, []);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-0 z-40">
      {leaving && (
        <>
          <span className="sr-only">Loading…</span>
          <div className="h-0.5 w-full animate-pulse bg-accent" />
        </>
      )}
    </div>
  );
}
