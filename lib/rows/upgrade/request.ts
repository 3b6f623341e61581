/** What an upgrade is asked to do. */
import type { KeyObject } from "node:crypto";
import type { BundleSource, BundleStore } from "../../bundle/stores/store.ts";
import type { PlatformCommand } from "../../ledger/by-command.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import type { PlatformServers } from "../drill/drill-server-objections.ts";
import type { ExportRequest } from "../export/export-tenant.ts";
import type { Choices } from "./choices.ts";
import type { ExpectedSchema } from "./expected.ts";

export interface UpgradeRequest
  extends Pick<
    ExportRequest,
    "name" | "compression" | "signKey" | "recipients" | "by" | "reason" | "engineVersion"
  > {
  readonly source: BundleSource;
  /** Today's: the upgraded bundle is written under it. */
  readonly platform: PlatformFile;
  /** As it read at the bundle's version, where somebody has kept it. */
  readonly platformThen?: PlatformFile;
  /** Others that were in force once, the newest first: one of them may be the bundle's. */
  readonly earlierFiles?: readonly PlatformFile[];
  /** Public keys whose seals are trusted. */
  readonly trust?: readonly KeyObject[];
  /** The folder of the platform's migrations. */
  readonly migrations: string;
  /** The last version to run; the folder's newest when left out. */
  readonly targetVersion?: string;
  readonly choices?: Choices;
  /** What runs the programs among the migrations, or all of them where nothing replays the tool's files. */
  readonly command?: PlatformCommand;
  /** Roles that migrations name and none of them makes. */
  readonly roles?: readonly string[];
  /** A superuser's URL of a server that holds nothing; one is started where there is none. Never logged. */
  readonly server?: {
    readonly url: string;
    readonly platform: Pick<PlatformServers, "identifiers" | "endpoints">;
  } | null;
  /** What the target has to look like; what the migrations make of an empty database when left out. */
  readonly expected?: ExpectedSchema;
  readonly store: BundleStore;
}
