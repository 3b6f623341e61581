/** Reading the forms that register, and what is wrong with what they hold. */
import { z } from "zod";
import type { Finding } from "../../../lib/findings/finding.ts";
import { unreadable } from "../form-unreadable.ts";

/** A platform file of more bytes than this is something else. */
const MOST_BYTES = 256 * 1024;

const Form = z.object({
  intent: z.enum(["discover", "try", "register"]).default("try"),
  name: z.string().trim().max(100).default(""),
  region: z.string().trim().max(100).default(""),
  runnerUrl: z.string().trim().max(4000).default(""),
  plannerUrl: z.string().trim().max(4000).default(""),
  /** What a proposed file calls the platform. */
  platform: z.string().trim().max(100).default(""),
  root: z.string().max(300).default(""),
  compression: z.enum(["gzip", "zstd"]).default("gzip"),
  text: z.string().max(MOST_BYTES).default(""),
});
export type RegistrationForm = z.output<typeof Form>;

/** An uploaded file stands before what is in the text field. */
export async function readForm(
  form: FormData,
): Promise<
  | { readonly ok: true; readonly form: RegistrationForm }
  | { readonly ok: false; readonly findings: readonly Finding[] }
> {
  const { file, ...fields } = Object.fromEntries(form);
  const uploaded = await uploadedText(file);
  if (uploaded === "too large") return { ok: false, findings: [tooLarge()] };
  const parsed = Form.safeParse({ ...fields, ...(uploaded === null ? {} : { text: uploaded }) });
  return parsed.success ? { ok: true, form: parsed.data } : { ok: false, findings: [unreadable()] };
}

/** Null where nothing was chosen: browsers send an empty file then. */
export async function uploadedText(
  file: FormDataEntryValue | undefined,
): Promise<string | "too large" | null> {
  if (!(file instanceof File) || file.size === 0) return null;
  return file.size > MOST_BYTES ? "too large" : file.text();
}

/** Null where it is the phrase, blanks around it aside. */
export function phraseDiffers(typed: string | undefined, phrase: string): Finding | null {
  if (typed?.trim() === phrase) return null;
  return {
    code: "phrase-differs",
    severity: "blocks",
    where: "phrase",
    what: "What you typed is not the phrase.",
    todo: `Type “${phrase}”.`,
  };
}

export function runnerMissing(): Finding {
  return {
    code: "address-missing",
    severity: "blocks",
    where: "runnerUrl",
    what: "The runner's connection string is missing.",
    todo: "Write it as postgres://user:password@host:port/database.",
  };
}

export function textMissing(): Finding {
  return {
    code: "platform-file-missing",
    severity: "blocks",
    where: "text",
    what: "There is no platform file yet.",
    todo: "Paste or upload it, or let one be proposed.",
  };
}

export function tooLarge(): Finding {
  return {
    code: "platform-file-too-large",
    severity: "blocks",
    where: "file",
    what: `The file is larger than ${MOST_BYTES / 1024} KiB, which no platform file is.`,
    todo: "Choose the platform's YAML file.",
  };
}
