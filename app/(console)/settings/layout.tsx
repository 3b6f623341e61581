import type { ReactNode } from "react";
import { SettingsTabs } from "../../../components/settings/settings-tabs.tsx";
import { requireActor } from "../../../lib/access/session.ts";

/** The way between the pages of Settings. Each page authorises itself. */
export default async function SettingsLayout({ children }: { readonly children: ReactNode }) {
  const { permissions } = await requireActor();
  return (
    <>
      <SettingsTabs
        sees={permissions.has("see")}
        managesPeople={permissions.has("manage:people")}
        managesPolicy={permissions.has("manage:policy")}
      />
      {children}
    </>
  );
}
