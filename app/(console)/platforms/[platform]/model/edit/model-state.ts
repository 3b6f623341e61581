/** What the editor of a platform file shows: the draft, what it would change, and why it was not saved. */
import type { Finding } from "../../../../../../lib/findings/finding.ts";
import type { FilePreview } from "../../../../../../lib/operations/registration/preview-file.ts";

/** Somebody else saved meanwhile. */
export interface Conflict {
  readonly version: number;
  readonly savedBy: string | null;
  readonly savedAt: Date;
  /** The text that the draft began with, and the one that is in force now. */
  readonly before: string;
  readonly after: string;
}

export interface ModelState {
  readonly findings: readonly Finding[];
  readonly text: string;
  /** The version that the draft is a change of. */
  readonly version: number;
  /** The text of that version. */
  readonly base: string;
  readonly preview: FilePreview | null;
  /** Digest of the draft that the preview is of: only what was looked at is saved. */
  readonly previewed: string;
  readonly conflict: Conflict | null;
  /** The earlier version that is brought back; null for a change of one's own. */
  readonly restores: number | null;
  /** What to do next, where that is not plain. */
  readonly notice: string | null;
}
