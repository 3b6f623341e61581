import { LogOut, Settings, UserRound } from "lucide-react";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { MENU_ENTRY, Menu } from "../ui/menu.tsx";
import { ShortcutsButton } from "./shortcuts.tsx";

export interface PersonMenuProps {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** May open Settings, at least to read. */
  readonly sees: boolean;
  readonly signOut: () => Promise<void>;
  readonly signOutEverywhere: () => Promise<void>;
}

/** Who is signed in, as what, and the way out. */
export function PersonMenu({ name, email, roles, sees, signOut, signOutEverywhere }: PersonMenuProps) {
  return (
    <Menu
      side="right"
      label={`${email}, signed in`}
      button={
        <>
          <UserRound aria-hidden className="lg:hidden" />
          <span className="hidden max-w-40 truncate lg:inline">{email}</span>
        </>
      }
    >
      <div className="border-b px-2 pt-1 pb-1.5">
        <p className="font-medium">{name}</p>
        <p className="text-ink-soft">{email}</p>
        <p className="text-ink-soft">{roles.length === 0 ? "no role yet" : roles.join(", ")}</p>
      </div>
      {sees && (
        <Link href={links.settings()} className={MENU_ENTRY}>
          <Settings aria-hidden />
          Settings
        </Link>
      )}
      <Link href={links.changePassword()} className={MENU_ENTRY}>
        Change password
      </Link>
      <ShortcutsButton className={MENU_ENTRY} />
      <form action={signOut}>
        <button type="submit" className={MENU_ENTRY}>
          <LogOut aria-hidden />
          Sign out
        </button>
        <button type="submit" formAction={signOutEverywhere} className={MENU_ENTRY}>
          Sign out on every machine
        </button>
      </form>
    </Menu>
  );
}
