/** What the editor of a platform file does, without Next: preview, save, go on after somebody else's save. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { links } from "../../../../../../components/links.ts";
import type { Actor } from "../../../../../../lib/access/actor.ts";
import type { Finding } from "../../../../../../lib/findings/finding.ts";
import { previewPlatformFile } from "../../../../../../lib/operations/registration/preview-file.ts";
import type { Registrar } from "../../../../../../lib/operations/registration/registrar.ts";
import { savePlatformFile } from "../../../../../../lib/operations/registration/save-file.ts";
import { type PlatformFileView, readPlatformFiles } from "../../../../../../lib/queries/platform-file.ts";
import { unreadable } from "../../../../form-unreadable.ts";
import { tooLarge, uploadedText } from "../../../registration-form.ts";
import type { Conflict, ModelState } from "./model-state.ts";

const Form = z.object({
  platform: z.string().min(1).max(300),
  intent: z.enum(["preview", "save", "rebase"]).default("preview"),
  text: z
    .string()
    .max(256 * 1024)
    .default(""),
  version: z.coerce.number().int().positive(),
  previewed: z.string().max(100).default(""),
  restores: z.union([z.literal(""), z.coerce.number().int().positive()]).default(""),
});

export type ModelOutcome =
  | { readonly ok: true; readonly to: string }
  | { readonly ok: false; readonly state: ModelState };

/** The former state is what the form falls back on where it holds nothing that can be read. */
export async function submitModel(
  console: Registrar,
  actor: Actor,
  former: ModelState,
  form: FormData,
): Promise<ModelOutcome> {
  const { file, ...fields } = Object.fromEntries(form);
  const uploaded = await uploadedText(file);
  if (uploaded === "too large") return stay({ ...former, findings: [tooLarge()] });
  const parsed = Form.safeParse({ ...fields, ...(uploaded === null ? {} : { text: uploaded }) });
  if (!parsed.success) return stay({ ...former, findings: [unreadable()] });
  const { platform, intent, version, previewed, restores } = parsed.data;
  // Browsers send line ends as CR LF; the file has its own.
  const text = parsed.data.text.replaceAll("\r\n", "\n");
  const files = await readPlatformFiles(console, actor, platform);
  if (files === null) return stay({ ...former, findings: [unreadable()] });
  const draft = { text, restores: restores === "" ? null : restores };
  if (intent === "rebase") return stay(await draftState(console, actor, files, draft));
  const seen = digestOf(text) === previewed;
  if (intent === "preview" || !seen) {
    const state = await draftState(console, actor, files, { ...draft, version });
    return stay({ ...state, notice: intent === "save" ? LOOK_FIRST : state.notice });
  }
  const saved = await savePlatformFile(console, actor, {
    platformId: files.platformId,
    text,
    version,
    restores: draft.restores,
  });
  if (saved.ok) return { ok: true, to: links.modelVersions(platform, { saved: saved.version }) };
  const state = await draftState(console, actor, files, { ...draft, version });
  return stay({ ...state, findings: saved.findings });
}

const LOOK_FIRST = "Not saved yet: this is what the text would change. Save again to put it in force.";

export interface Draft {
  readonly text: string;
  readonly restores?: number | null;
  /** What it is a change of; the version in force when left out. */
  readonly version?: number;
}

/** A draft with its preview; where it is a change of an older version, with what was saved meanwhile. */
export async function draftState(
  console: Registrar,
  actor: Actor,
  files: PlatformFileView,
  { text, restores = null, version = files.current }: Draft,
): Promise<ModelState> {
  const previewed = await previewPlatformFile(console, actor, { platformId: files.platformId, text });
  const findings: readonly Finding[] = previewed.ok ? [] : previewed.findings;
  return {
    findings,
    text,
    version,
    base: textOf(files, version),
    preview: previewed.ok ? previewed.preview : null,
    previewed: previewed.ok ? digestOf(text) : "",
    conflict: conflictOf(files, version),
    restores,
    notice: null,
  };
}

function conflictOf(files: PlatformFileView, version: number): Conflict | null {
  const newest = files.versions.find((each) => each.version === files.current);
  if (newest === undefined || version >= files.current) return null;
  const { savedBy, savedAt, text } = newest;
  return { version: files.current, savedBy, savedAt, before: textOf(files, version), after: text };
}

function textOf({ versions }: PlatformFileView, version: number): string {
  return versions.find((each) => each.version === version)?.text ?? "";
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function stay(state: ModelState): ModelOutcome {
  return { ok: false, state };
}
