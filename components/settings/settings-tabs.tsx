"use client";
import { usePathname } from "next/navigation";
import { TabLinks } from "../ui/tab-links.tsx";
import { type SettingsAccess, settingsTabs } from "./tabs.model.ts";

/** The pages of Settings, those that the person may open. */
export function SettingsTabs(access: SettingsAccess) {
  const path = usePathname();
  const tabs = settingsTabs(access).map(({ href, title }) => ({ href, title, current: path === href }));
  return (
    <div className="mb-3">
      <TabLinks label="Settings" tabs={tabs} />
    </div>
  );
}
