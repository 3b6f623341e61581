/** What the actions of a bundle's pages do, without Next: parse, hand on, say where to go or what was wrong. */
import { z } from "zod";
import { links } from "../../../components/links.ts";
import { typedValues } from "../../../components/ui/typed.model.ts";
import type { Actor } from "../../../lib/access/actor.ts";
import type { Answer } from "../../../lib/engine/engine.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import { makeDownloadLink, type PersonInSession } from "../../../lib/operations/bundles/download-link.ts";
import { holdBundle, keepBundle } from "../../../lib/operations/bundles/keeping.ts";
import { revealPersonal } from "../../../lib/operations/bundles/reveal.ts";
import { askVerification } from "../../../lib/operations/bundles/verification.ts";
import { askComparison, cancelComparison } from "../../../lib/operations/comparisons/ask.ts";
import type { Console } from "../../../lib/operations/console.ts";
import { RETENTION } from "../../../lib/records/schema/bundles.ts";
import { unreadable } from "../form-unreadable.ts";
import type { Outcome } from "../operations/form-state.ts";

export type BundleHands = Pick<Console, "records">;

const bundleId = z.uuid();

const RevealForm = z.object({
  bundleId,
  reason: z.string().max(500).default(""),
  table: z.string().max(40).default(""),
  page: z.coerce.number().int().min(1).catch(1),
});

/** Personal columns of a bundle's sample rows, for this person and a while. Leads back to the rows. */
export async function reveal({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = RevealForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const { table, page, ...asked } = parsed.data;
  const answer = await revealPersonal(records, actor, asked);
  if (!answer.ok) return refused(answer.findings, form);
  return { ok: true, to: links.bundleRows(asked.bundleId, { table, page: page === 1 ? null : page }) };
}

const DownloadForm = z.object({ bundleId, reason: z.string().max(500).default("") });

/** A link by which the bundle is fetched. Leads to the page that shows it. */
export async function askDownload(
  { records }: BundleHands,
  person: PersonInSession,
  form: FormData,
): Promise<Outcome> {
  const parsed = DownloadForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await makeDownloadLink(records, person, parsed.data);
  if (!answer.ok) return refused(answer.findings, form);
  return { ok: true, to: links.bundleDownload(parsed.data.bundleId, { link: answer.linkId }) };
}

const VerifyForm = z.object({ bundleId });

/** A worker reads the whole file and says what it comes to. */
export async function verify({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = VerifyForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await askVerification(records, actor, parsed.data), parsed.data.bundleId, form);
}

const reason = z.string().max(500).default("");
const KeepForm = z.object({ bundleId, retention: z.enum(RETENTION, "Choose how long it is kept."), reason });

/** How long it is kept. */
export async function keep({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = KeepForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await keepBundle(records, actor, parsed.data), parsed.data.bundleId, form);
}

const HoldForm = z.object({ bundleId, hold: z.enum(["set", "lift"]), reason });

/** The hold that keeps it whatever its expiry says. */
export async function hold({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = HoldForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const asked = { ...parsed.data, hold: parsed.data.hold === "set" };
  return outcome(await holdBundle(records, actor, asked), parsed.data.bundleId, form);
}

const CompareForm = z.object({ bundleId, beside: z.string().max(100).default("") });

/** A worker holds the bundle against another, or against the tenant as it lives. Leads to the page that waits for it. */
export async function compare({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = CompareForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await askComparison(records, actor, parsed.data);
  if (!answer.ok) return refused(answer.findings, form);
  return { ok: true, to: links.comparison(answer.comparisonId) };
}

const CancelForm = z.object({ comparisonId: z.uuid() });

/** Nobody needs to know any more. */
export async function cancel({ records }: BundleHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = CancelForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const { comparisonId } = parsed.data;
  const answer = await cancelComparison(records, actor, comparisonId);
  if (!answer.ok) return refused(answer.findings, form);
  return { ok: true, to: links.comparison(comparisonId) };
}

function outcome(answer: Answer, id: string, form: FormData): Outcome {
  return answer.ok ? { ok: true, to: links.bundle(id) } : refused(answer.findings, form);
}

function refused(findings: readonly Finding[], form: FormData): Outcome {
  return { ok: false, state: { findings, values: typedValues(form) } };
}
