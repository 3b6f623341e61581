/** The policy's rules in words: what each is called, what it means, and a value as people read it. */
import type { PolicyChange, RuleValue } from "../../lib/engine/policy-changes.ts";
import { kindTitle } from "../operation/operation-state.model.ts";
import { formatDuration, formatNoun } from "../ui/quantities.ts";

export interface RuleWords {
  readonly title: string;
  readonly hint: string;
  readonly unit: keyof typeof UNITS;
}

/** One of them, and several. */
const UNITS = {
  hours: ["hour", "hours"],
  days: ["day", "days"],
  downloads: ["download", "downloads"],
  uploads: ["upload", "uploads"],
  GiB: ["GiB", "GiB"],
} as const;

/** Those that are one number. */
export const NUMBER_RULES = {
  approvalHours: {
    title: "An approval holds for",
    hint: "From the approval on. A run that has begun goes on; one that has not needs it again.",
    unit: "hours",
  },
  reviewDays: {
    title: "A review counts for",
    hint: "Where several people review, the first may wait for the last.",
    unit: "days",
  },
  draftHours: {
    title: "A plan that nobody sends is given up after",
    hint: "It frees its tenant for other operations.",
    unit: "hours",
  },
  afterActionHours: {
    title: "After breaking glass the note is due within",
    hint: "It stands on the Overview of those who may break glass.",
    unit: "hours",
  },
  bundleDays: {
    title: "Bundles are kept for",
    hint: "Empty: until somebody removes them. Whoever exports may ask for less.",
    unit: "days",
  },
  drillEveryDays: {
    title: "Each tenant's newest bundle is drilled every",
    hint: "By the worker, without anybody asking. Empty: never. What is overdue stands on the Overview.",
    unit: "days",
  },
  downloadsAnHour: {
    title: "Within an hour one person may begin",
    hint: "Of bundles. Each part that a resumed or split download asks for is one.",
    unit: "downloads",
  },
  uploadsAtOnce: {
    title: "At the same time one person may send",
    hint: "Of bundles; what has lost its sender is not counted.",
    unit: "uploads",
  },
  uploadGiBADay: {
    title: "Within a day one person may upload",
    hint: "Whether it became a bundle or was refused.",
    unit: "GiB",
  },
  suspendedHours: {
    title: "Suspended before a delete for",
    hint: "Its users have had time to notice.",
    unit: "hours",
  },
  quietHours: { title: "No write before a delete for", hint: "Nobody uses it any more.", unit: "hours" },
  drillDays: {
    title: "A drill proves a bundle for",
    hint: "An older one is repeated before the delete.",
    unit: "days",
  },
  tombstoneDays: {
    title: "What was deleted can be restored for",
    hint: "Its bundle and its tombstone are kept so long.",
    unit: "days",
  },
} as const satisfies Record<string, RuleWords>;
export type NumberRule = keyof typeof NUMBER_RULES;

export function isNumberRule(rule: string): rule is NumberRule {
  return rule in NUMBER_RULES;
}

/** `reviews.import` → "Import: reviews". */
export function ruleTitle(rule: string): string {
  if (isNumberRule(rule)) return NUMBER_RULES[rule].title;
  if (rule === "keepReviews") return "Reviews stand when it is the same plan again";
  const [of, kind] = rule.split(".");
  if (of === "reviews") return kind === undefined ? "Reviews" : `${kindTitle(kind)}: reviews`;
  if (of === "budgetSeconds" && kind !== undefined) return `${kindTitle(kind)}: run-time budget`;
  return rule;
}

/** `3 days`; what is not set is the default, or for a platform what the console has. */
export function ruleValue(rule: string, value: RuleValue | undefined, platform = false): string {
  if (value === undefined) return platform ? "as everywhere" : "default";
  if (value === null) return rule === "drillEveryDays" ? "never" : "no limit";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isNumberRule(rule)) {
    const [one, many] = UNITS[NUMBER_RULES[rule].unit];
    return formatNoun(value, one, many);
  }
  return rule.startsWith("budgetSeconds") ? formatDuration(value) : String(value);
}

/** One line: "Import: reviews: default → 2". */
export function changeInWords(change: PolicyChange): string {
  const { rule, from, to, platformId } = change;
  const say = (value: RuleValue | undefined) => ruleValue(rule, value, platformId !== null);
  return `${ruleTitle(rule)}: ${say(from)} → ${say(to)}`;
}
