import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { isTheme, THEME_COOKIE } from "../components/frame/theme.ts";
import { LocaleProvider } from "../components/ui/locale.tsx";
import { isZone, ZONE_COOKIE } from "../components/ui/when.ts";

export const metadata: Metadata = {
  title: { default: "Tenantry", template: "%s · Tenantry" },
  description: "The operator's console for the lifecycle of tenants",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** What every page has, signed in or not: fonts, the chosen theme, the person's zone. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const jar = await cookies();
  const theme = jar.get(THEME_COOKIE)?.value;
  const zone = decodeURIComponent(jar.get(ZONE_COOKIE)?.value ?? "UTC");
  return (
    <html
      lang="en"
      data-theme={isTheme(theme) && theme !== "system" ? theme : undefined}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <LocaleProvider zone={isZone(zone) ? zone : "UTC"} now={Date.now()}>
          {children}
        </LocaleProvider>
      </body>
    </html>
  );
}
