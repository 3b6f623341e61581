import { cookies } from "next/headers";
import { type ReactNode, Suspense } from "react";
import { BrakeBanner, BrakeSwitch } from "../../components/frame/brake.tsx";
import { NavigationProgress } from "../../components/frame/navigation-progress.tsx";
import { Palette } from "../../components/frame/palette.tsx";
import { PersonMenu } from "../../components/frame/person-menu.tsx";
import { PLATFORM_COOKIE } from "../../components/frame/sections.model.ts";
import { Shortcuts } from "../../components/frame/shortcuts.tsx";
import { isTheme, THEME_COOKIE } from "../../components/frame/theme.ts";
import { ThemeSwitch } from "../../components/frame/theme-switch.tsx";
import { TopBar } from "../../components/frame/top-bar.tsx";
import { requireActor } from "../../lib/access/session.ts";
import { getConsole } from "../../lib/operations/console.ts";
import { readFrame } from "../../lib/queries/frame.ts";
import { signOutAction, signOutEverywhereAction } from "../(auth)/actions.ts";
import { chooseTheme, switchBrake } from "./frame-actions.ts";

/** The frame around every page of the console. It authorises nothing: each page and each action does that itself. */
export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const actor = await requireActor();
  const [frame, jar] = await Promise.all([readFrame(await getConsole(), actor), cookies()]);
  const theme = jar.get(THEME_COOKIE)?.value;
  const remembered = jar.get(PLATFORM_COOKIE)?.value;
  const managesPeople = actor.permissions.has("manage:people");
  const mayBrake = actor.permissions.has("control:run");
  const places = { platforms: frame.platforms, remembered };
  return (
    <>
      <a
        href="#content"
        className="absolute top-1 left-1 z-50 -translate-y-20 rounded-md border bg-surface px-3 py-1 focus:translate-y-0"
      >
        Skip to the content
      </a>
      <Suspense>
        <NavigationProgress />
      </Suspense>
      <TopBar {...places} reviewsWaiting={frame.reviewsWaiting} unreadNotices={frame.unreadNotices}>
        {mayBrake && !frame.brake.on && <BrakeSwitch action={switchBrake} />}
        <Palette {...places} managesPeople={managesPeople} />
        <ThemeSwitch theme={isTheme(theme) ? theme : "system"} choose={chooseTheme} />
        <PersonMenu
          name={actor.name}
          email={actor.email}
          roles={actor.roles}
          sees={actor.permissions.has("see")}
          signOut={signOutAction}
          signOutEverywhere={signOutEverywhereAction}
        />
      </TopBar>
      <Shortcuts {...places} />
      {frame.brake.on && (
        <BrakeBanner
          reason={frame.brake.reason}
          by={frame.brake.by}
          since={frame.brake.since?.toISOString() ?? null}
          release={mayBrake ? switchBrake : null}
        />
      )}
      <main id="content" tabIndex={-1} className="mx-auto max-w-[1600px] px-3 py-3 outline-none sm:px-4">
        {children}
      </main>
    </>
  );
}
