/** What a survey of a platform's migrations finds, as the records keep it and pages show it. */
import { z } from "zod";

const finding = z.object({
  code: z.string(),
  severity: z.enum(["blocks", "warns", "notes"]),
  where: z.string(),
  count: z.number().optional(),
  what: z.string(),
  todo: z.string().optional(),
});

export const folderSurvey = z.object({
  /** By whose rules the folder was read; null where nobody knows the tool. */
  tool: z.string().nullable(),
  /** In the order in which the tool applies them; their texts lie apart. */
  files: z.array(
    z.object({
      version: z.string(),
      name: z.string(),
      /** Below the folder. */
      path: z.string(),
      transactional: z.boolean(),
      code: z.boolean(),
      /** As the tool computes it; null in surveys from before it was kept. */
      checksum: z.string().nullable().default(null),
    }),
  ),
  findings: z.array(finding),
});

export const ledgerSurvey = z.object({
  reachable: z.boolean(),
  /** When it was reached last, as ISO 8601; what is known of it is as of then. Null where it never was. */
  reachedAt: z.string().nullable(),
  ledger: z
    .object({
      tool: z.string(),
      applied: z.array(z.object({ version: z.string(), name: z.string() })),
      failed: z.array(z.string()),
      /** Versions whose file in the folder has changed since. */
      edited: z.array(z.string()),
      /** Whether the tool keeps checksums: without them an edited file looks like any other. */
      hasChecksums: z.boolean(),
    })
    .nullable(),
  invalidIndexes: z.array(z.object({ schema: z.string(), table: z.string(), index: z.string() })),
  findings: z.array(finding),
});

export type FolderSurvey = z.infer<typeof folderSurvey>;
export type LedgerSurvey = z.infer<typeof ledgerSurvey>;
export type InvalidIndex = LedgerSurvey["invalidIndexes"][number];
