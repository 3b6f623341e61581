/** What the request form's action does, without Next: a look at the plan, or the request itself. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { links } from "../../../../components/links.ts";
import { typedValues } from "../../../../components/ui/typed.model.ts";
import type { Actor } from "../../../../lib/access/actor.ts";
import { previewOperation, requestOperation } from "../../../../lib/engine/request.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";
import { databases } from "../../../../lib/records/schema/databases.ts";
import { platforms } from "../../../../lib/records/schema/platforms.ts";
import type { Hands } from "../acts.ts";
import type { Outcome, Preview, RequestState } from "../form-state.ts";
import { inFormWords } from "./form-words.model.ts";
import { inputOf } from "./input.model.ts";

const RequestForm = z.object({
  intent: z.enum(["preview", "request"]).default("preview"),
  kind: z.string().max(100),
  databaseId: z.string().max(100).default(""),
  reason: z.string().trim().max(4000).default(""),
  idempotencyKey: z.uuid(),
  phrase: z.string().max(1000).default(""),
});
type RequestForm = z.output<typeof RequestForm>;

/** Kinds whose reason is asked for: they change what customers see, and a reviewer reads why. */
const NEEDS_REASON: ReadonlySet<string> = new Set([
  "import",
  "create",
  "suspend",
  "resume",
  "delete",
  "restore",
]);

export function needsReason(kind: string): boolean {
  return NEEDS_REASON.has(kind);
}

/** A preview stores nothing; a request stores its plan, sends it on and leads to its page. */
export async function submitRequest(
  hands: Hands,
  actor: Actor,
  form: FormData,
): Promise<Outcome<RequestState>> {
  const values = typedValues(form);
  const parsed = RequestForm.safeParse(values);
  const input = parsed.success ? inputOf(parsed.data.kind, values) : null;
  if (!parsed.success || input === null) return refused([unreadable()], values);
  const place = await platformOf(hands, parsed.data.databaseId);
  if (place === null) return refused([noDatabase()], values);
  return parsed.data.intent === "preview"
    ? preview(hands, actor, parsed.data, { ...place, input, values })
    : request(hands, actor, parsed.data, { ...place, input, values });
}

interface Asked {
  readonly platformId: string;
  /** Its name. */
  readonly platform: string;
  readonly input: Record<string, unknown>;
  readonly values: Readonly<Record<string, string>>;
}

async function preview(
  hands: Hands,
  actor: Actor,
  form: RequestForm,
  asked: Asked,
): Promise<Outcome<RequestState>> {
  const shown = await lookAtPlan(hands, actor, form, asked);
  return "findings" in shown
    ? refused(shown.findings, asked.values)
    : { ok: false, state: { findings: [], values: asked.values, preview: shown.preview } };
}

async function lookAtPlan(
  { engine }: Hands,
  actor: Actor,
  { kind, databaseId }: RequestForm,
  { platformId, platform, input }: Asked,
): Promise<{ readonly preview: Preview } | { readonly findings: readonly Finding[] }> {
  const answer = await previewOperation(engine, actor, { kind, platformId, databaseId, input });
  if (!answer.ok) return { findings: answer.findings };
  const { plan, verdict, objections, phrase } = answer;
  const [database] = plan.databases;
  const preview: Preview = {
    summary: plan.summary,
    effects: plan.effects,
    ...inFormWords(plan),
    exact: plan.exact,
    estimate: plan.estimate,
    rollback: plan.rollback,
    review: verdict,
    subject: {
      platform,
      database: { id: databaseId, name: database?.name ?? "" },
      tenantKey: plan.tenant.key,
    },
    phrase,
    questions: plan.questions ?? [],
    blocked: objections.length > 0,
  };
  return { preview };
}

async function request(
  hands: Hands,
  actor: Actor,
  form: RequestForm,
  asked: Asked,
): Promise<Outcome<RequestState>> {
  const { kind, databaseId, reason, idempotencyKey, phrase } = form;
  const { platformId, input } = asked;
  if (reason === "" && needsReason(kind)) return stays(hands, actor, form, asked, [reasonMissing()]);
  const answer = await requestOperation(hands.engine, actor, {
    kind,
    platformId,
    databaseId,
    input,
    reason: reason === "" ? null : reason,
    idempotencyKey,
    phrase,
  });
  if (!answer.ok) return stays(hands, actor, form, asked, answer.findings);
  return { ok: true, to: links.operation(answer.operationId) };
}

/** Refused for what was typed or left out: the plan that was looked at stands there again, and so do its fields. */
async function stays(
  hands: Hands,
  actor: Actor,
  form: RequestForm,
  asked: Asked,
  findings: readonly Finding[],
): Promise<Outcome<RequestState>> {
  const answered = refused(findings, asked.values);
  const typed = findings.every(({ code }) => code === "phrase-differs" || code === "reason-missing");
  if (answered.ok || !typed) return answered;
  const shown = await lookAtPlan(hands, actor, form, asked);
  return "findings" in shown ? answered : { ok: false, state: { ...answered.state, preview: shown.preview } };
}

/** The form names the database; which platform it is of the records know. */
async function platformOf(
  { records }: Hands,
  databaseId: string,
): Promise<Pick<Asked, "platformId" | "platform"> | null> {
  if (!z.uuid().safeParse(databaseId).success) return null;
  const [row] = await records
    .select({ platformId: databases.platformId, platform: platforms.name })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(eq(databases.id, databaseId));
  return row ?? null;
}

function refused(
  findings: readonly Finding[],
  values: Readonly<Record<string, string>>,
): Outcome<RequestState> {
  const told = inFormWords({ findings, gates: [] });
  return { ok: false, state: { findings: told.findings, values, preview: null } };
}

function reasonMissing(): Finding {
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why: the reviewer reads it, and whoever asks later.",
  };
}

function noDatabase(): Finding {
  return {
    code: "database-not-registered",
    severity: "blocks",
    where: "databaseId",
    what: "Pick one of the platform's databases.",
  };
}

function unreadable(): Finding {
  return {
    code: "form-unreadable",
    severity: "blocks",
    where: "form",
    what: "The form did not hold what it should.",
    todo: "Open the form again from the tenant or the bundle.",
  };
}
