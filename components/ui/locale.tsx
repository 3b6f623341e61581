"use client";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { ZONE_COOKIE } from "./when.ts";

interface Locale {
  /** An IANA zone. */
  readonly zone: string;
  /** When the server wrote the page, in milliseconds: what "ago" counts from until the browser has taken over. */
  readonly now: number;
}

const Context = createContext<Locale>({ zone: "UTC", now: 0 });

/** Zone and moment of a page. The zone comes from a cookie that the browser sets at its first page. */
export function LocaleProvider({ zone, now, children }: Locale & { readonly children: ReactNode }) {
  const router = useRouter();
  useEffect(() => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here === zone || here === undefined) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
    document.cookie = `${ZONE_COOKIE}=${encodeURIComponent(here)}; path=/; max-age=31536000; samesite=lax`;
    // Read again with the zone; where cookies are off the zone stays as it is, and this effect with it.
    router.refresh();
  }, [zone, router]);
  return <Context value={{ zone, now }}>{children}</Context>;
}

export function useLocale(): Locale {
  return useContext(Context);
}
