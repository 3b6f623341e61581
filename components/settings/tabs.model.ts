/** Which pages of Settings there are for whom. The pages themselves ask again. */
import { links } from "../links.ts";

export interface SettingsAccess {
  readonly sees: boolean;
  readonly managesPeople: boolean;
  readonly managesPolicy: boolean;
}

export interface SettingsTab {
  readonly href: string;
  readonly title: string;
}

/** In their order; the first is where "Settings" leads. */
export function settingsTabs({ sees, managesPeople, managesPolicy }: SettingsAccess): readonly SettingsTab[] {
  return [
    ...(managesPeople ? [{ href: links.people(), title: "People and roles" }] : []),
    ...(sees
      ? [
          { href: links.policies(), title: "Policies" },
          { href: links.keys(), title: "Signing keys" },
        ]
      : []),
    ...(managesPolicy ? [{ href: links.webhooks(), title: "Webhooks" }] : []),
  ];
}
