/** What an import is asked to do. */
import type { KeyObject } from "node:crypto";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import type { JournalStore } from "./journal.ts";
import type { ImportRole } from "./preflight.ts";

export interface ImportRequest {
  readonly source: BundleSource;
  /** What the file's SHA-256 (hex) was found to be before: it need not be read for that once more, and another is refused. */
  readonly sha256?: string | null;
  /** Connection string of the target database. */
  readonly url: string;
  readonly platform: PlatformFile;
  /** `fresh`: a new tenant beside whatever is there. `kept`: the same tenant, restored or moved. */
  readonly ids: "fresh" | "kept";
  readonly newSlug?: string;
  /** For a tenant key that people chose. */
  readonly newKey?: string;
  /** Old domain to new. */
  readonly newDomains?: ReadonlyMap<string, string>;
  /** Import into a database that holds other tenants without another person's review. */
  readonly unreviewed?: boolean;
  /**
   * Only the rows that are not there, of a tenant that is there in part (delete/restore-missing.ts): planned like an
   * import whose rows meet nobody's, into the tenant's schema where it has one.
   */
  readonly missing?: { readonly schema: string | null };
  /** `plans`: the role behind `url` only reads; whether the other one may write is judged when it does. */
  readonly role?: ImportRole;
  /** Public keys whose seals are trusted. */
  readonly trust?: readonly KeyObject[];
  /** Where the import's journal is kept: a file's path, or a store of the caller's own. */
  readonly journal: (operationKey: string) => string | JournalStore;
}
