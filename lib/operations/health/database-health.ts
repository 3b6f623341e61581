/** What a look at a database finds, as the records keep it (`databases.health`) and pages show it. */
import { z } from "zod";

const finding = z.object({
  code: z.string(),
  severity: z.enum(["blocks", "warns", "notes"]),
  where: z.string(),
  count: z.number().optional(),
  what: z.string(),
  todo: z.string().optional(),
});

const role = z.object({
  name: z.string(),
  superuser: z.boolean(),
  bypassRls: z.boolean(),
  maySetReplicationRole: z.boolean(),
  /** Tables of the model that it may insert into, of how many. */
  writableTables: z.number(),
  tables: z.number(),
});

export const databaseHealth = z.object({
  reachable: z.boolean(),
  /** When it was reached last, as ISO 8601; what is known of it is as of then. Null where it never was. */
  reachedAt: z.string().nullable().default(null),
  /** Milliseconds that connecting and reading the catalog took. */
  tookMs: z.number(),
  server: z
    .object({
      version: z.string(),
      versionNumber: z.number(),
      systemIdentifier: z.string().nullable(),
      timeline: z.number().nullable(),
      inRecovery: z.boolean(),
      trackCounts: z.boolean(),
    })
    .nullable(),
  database: z
    .object({ name: z.string(), encoding: z.string(), collation: z.string(), bytes: z.number() })
    .nullable(),
  runner: role.nullable(),
  planner: role.nullable(),
  ledger: z
    .object({
      tool: z.string(),
      version: z.string().nullable(),
      fingerprint: z.string(),
      applied: z.number(),
      /** What it was before its last migration, before that one, and so on: beginnings of fingerprints. */
      earlier: z.array(z.string()).default([]),
    })
    .nullable(),
  /** Replicas of this server as it knows them; on a replica its own lag. Null where the role may not see. */
  replication: z.object({
    replicas: z.array(
      z.object({
        name: z.string(),
        state: z.string().nullable(),
        lagBytes: z.number().nullable(),
        lagSeconds: z.number().nullable(),
      }),
    ),
    ownLagSeconds: z.number().nullable(),
  }),
  invalidIndexes: z.array(z.object({ table: z.string(), index: z.string() })),
  /** Of the model: its version, the platform file's hash, and how many tables are of each class. */
  model: z
    .object({
      version: z.string(),
      file: z.string().default(""),
      /** When rows were sampled for suspected references; left out where a look of an older version did not. */
      sampledAt: z.string().optional(),
      classes: z.record(z.string(), z.number()),
      references: z.number(),
    })
    .nullable(),
  findings: z.array(finding),
});

export type DatabaseHealth = z.infer<typeof databaseHealth>;
export type RoleHealth = z.infer<typeof role>;
