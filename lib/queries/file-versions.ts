/** The versions of a platform's file, and two of them compared: their lines, and what each makes of the databases now. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import type { Console } from "../operations/console.ts";
import { compareFiles, type FilePreview } from "../operations/registration/preview-file.ts";
import { type PlatformFileView, readPlatformFiles } from "./platform-file.ts";

export interface ComparedVersions {
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
  /** Null where one of them is no platform file that can still be read. */
  readonly preview: FilePreview | null;
}

/** Null where there is no such platform; nothing is compared where one of the versions is not there. @throws Refused */
export async function readFileVersions(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  { from, to }: { readonly from: number | null; readonly to: number | null },
): Promise<(PlatformFileView & { readonly compared: ComparedVersions | null }) | null> {
  const files = await readPlatformFiles(console, actor, name);
  if (files === null) return null;
  const before = files.versions.find(({ version }) => version === from)?.text;
  const after = files.versions.find(({ version }) => version === to)?.text;
  if (from === null || to === null || before === undefined || after === undefined)
    return { ...files, compared: null };
  const answer = await compareFiles(console, files.platformId, from, before, after);
  const preview = answer.ok ? answer.preview : null;
  return { ...files, compared: { from, to, before, after, preview } };
}
