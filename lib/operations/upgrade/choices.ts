import type { Choice } from "../../rows/upgrade/choices.ts";
import type { UpgradeInput } from "./input.ts";

/** What the form offers of what can be decided; files and programs in a migration's place are the command line's. */
export function choicesOf({ skip }: Pick<UpgradeInput, "skip">): Map<string, Choice> {
  return new Map(Object.entries(skip).map(([version, reason]) => [version, { how: "skipped", reason }]));
}
