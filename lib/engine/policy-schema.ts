/**
 * What Settings say of operations: who reviews how often, how long what holds, what must have passed before a delete, how
 * much one person may fetch and send.
 */
import { z } from "zod";

/** The setting's name in the records. */
export const POLICY_SETTING = "policy";

/** What the gates of some operations ask for; each names those that it asks for (`Operation.windows`). */
export const POLICY_WINDOWS = ["suspendedHours", "quietHours", "drillDays", "tombstoneDays"] as const;
export type PolicyWindow = (typeof POLICY_WINDOWS)[number];

/** More than these nobody reviews. */
export const MOST_REVIEWS = 3;

const YEAR_HOURS = 8760;
const reviews = z.record(z.string().max(60), z.int().min(0).max(MOST_REVIEWS));

const windows = {
  /** How long a tenant has to be suspended before it may be deleted. */
  suspendedHours: z.number().min(0).max(YEAR_HOURS),
  /** How long nothing may have been written for a tenant before it may be deleted. */
  quietHours: z.number().min(0).max(YEAR_HOURS),
  /** How old a bundle's passed drill may be. */
  drillDays: z.number().min(1).max(365),
  /** How long what was deleted can be brought back, and is told apart from what never was. */
  tombstoneDays: z.number().min(1).max(3650),
};

/** How long a bundle is kept that was not asked to go sooner; null: until somebody removes it. */
const bundleDays = z.int().min(1).max(3650).nullable();

/** How often each tenant's newest bundle is drilled without anybody asking; null: never. */
const drillEveryDays = z.int().min(1).max(365).nullable();

export const platformPolicySchema = z.strictObject({
  reviews: reviews.default({}),
  bundleDays: bundleDays.optional(),
  drillEveryDays: drillEveryDays.optional(),
  suspendedHours: windows.suspendedHours.optional(),
  quietHours: windows.quietHours.optional(),
  drillDays: windows.drillDays.optional(),
  tombstoneDays: windows.tombstoneDays.optional(),
});
export type PlatformPolicy = z.output<typeof platformPolicySchema>;

export const policySchema = z.strictObject({
  /** Reviews needed by kind, where it is not the operation's default. */
  reviews: reviews.default({}),
  /** How long an approval holds, from the approval on. */
  approvalHours: z.number().min(1).max(720).default(24),
  /** How long a single review counts: where several are needed, the first may be old when the last is given. */
  reviewDays: z.number().min(1).max(90).default(7),
  /** Whether reviews stand when the requester plans again and it is the same plan. */
  keepReviews: z.boolean().default(true),
  /** Seconds that a run may take, by kind, where it is not the operation's default. */
  budgetSeconds: z.record(z.string().max(60), z.int().min(60).max(604_800)).default({}),
  /** A plan that nobody sent is given up after so long, and its claim on the tenant with it. */
  draftHours: z.number().min(1).max(720).default(24),
  /** When the note is due after somebody broke glass. */
  afterActionHours: z.number().min(1).max(720).default(72),
  bundleDays: bundleDays.default(null),
  drillEveryDays: drillEveryDays.default(null),
  /** Downloads of bundles that one person may begin within an hour; a part that is asked for is one. */
  downloadsAnHour: z.int().min(1).max(10_000).default(60),
  /** Uploads of bundles that one person may have under way. */
  uploadsAtOnce: z.int().min(1).max(50).default(3),
  /** What one person may upload within a day. */
  uploadGiBADay: z.number().min(1).max(100_000).default(256),
  suspendedHours: windows.suspendedHours.default(72),
  quietHours: windows.quietHours.default(24),
  drillDays: windows.drillDays.default(7),
  tombstoneDays: windows.tombstoneDays.default(90),
  /** What is otherwise for one platform, by its id. */
  platforms: z.record(z.string().max(60), platformPolicySchema).default({}),
});
export type Policy = z.output<typeof policySchema>;

export const DEFAULT_POLICY: Policy = policySchema.parse({});
