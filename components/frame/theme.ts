/** The themes that a person can choose; `system` follows the browser's. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "tenantry-theme";

export function isTheme(value: unknown): value is Theme {
  return THEMES.includes(value as Theme);
}
