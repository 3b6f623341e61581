import { Monitor, Moon, Sun } from "lucide-react";
import { MENU_ENTRY, Menu } from "../ui/menu.tsx";
import { THEMES, type Theme } from "./theme.ts";

const LOOKS = {
  system: { title: "As the system", icon: Monitor },
  light: { title: "Light", icon: Sun },
  dark: { title: "Dark", icon: Moon },
} as const;

export interface ThemeSwitchProps {
  readonly theme: Theme;
  readonly choose: (form: FormData) => Promise<void>;
}

/** Light, dark, or as the system; a form, so that it works without scripts. */
export function ThemeSwitch({ theme, choose }: ThemeSwitchProps) {
  const { icon: Current, title } = LOOKS[theme];
  return (
    <Menu side="right" arrow={false} label={`Theme: ${title}`} button={<Current aria-hidden />}>
      <form action={choose}>
        {THEMES.map((name) => {
          const { icon: Icon, title } = LOOKS[name];
          return (
            <button
              key={name}
              type="submit"
              name="theme"
              value={name}
              aria-pressed={name === theme}
              className={`${MENU_ENTRY} aria-pressed:bg-accent-soft`}
            >
              <Icon aria-hidden />
              {title}
            </button>
          );
        })}
      </form>
    </Menu>
  );
}
