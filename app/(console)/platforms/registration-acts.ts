/**
 * What the forms do that register, change and remove, without Next: parse, hand to lib/operations/registration, which
 * authorises, tries and records. Connection strings go in and never come out.
 */
import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { links } from "../../../components/links.ts";
import { typedValues } from "../../../components/ui/typed.model.ts";
import type { Actor } from "../../../lib/access/actor.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import type { Console } from "../../../lib/operations/console.ts";
import { lookAtDatabase } from "../../../lib/operations/health/look.ts";
import { chooseStore } from "../../../lib/operations/registration/choose-store.ts";
import { deregisterPlatform, removeDatabase } from "../../../lib/operations/registration/deregister.ts";
import { changeDatabase } from "../../../lib/operations/registration/edit-database.ts";
import { registerDatabase, registerPlatform } from "../../../lib/operations/registration/register.ts";
import type { NewDatabase, Registrar } from "../../../lib/operations/registration/registrar.ts";
import { renameDatabase } from "../../../lib/operations/registration/rename-database.ts";
import { discoverPlatform } from "../../../lib/operations/registration/try-address.ts";
import { tryRegistration } from "../../../lib/operations/registration/try-registration.ts";
import { databases } from "../../../lib/records/schema/databases.ts";
import { platformFiles, platforms } from "../../../lib/records/schema/platforms.ts";
import { unreadable } from "../form-unreadable.ts";
import { phraseDiffers, readForm, runnerMissing, textMissing } from "./registration-form.ts";
import { NOTHING_TYPED, type RegistrationOutcome, type RegistrationState } from "./registration-state.ts";

/** The form of a new platform: propose a file, try, or register. */
export async function submitPlatform(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const read = await readForm(form);
  if (!read.ok) return refused(read.findings, values);
  const { intent, text, runnerUrl, plannerUrl, root, platform: wanted, compression } = read.form;
  const typed = { ...values, text };
  if (runnerUrl === "") return refused([runnerMissing()], typed);
  if (intent === "discover") {
    const found = await discoverPlatform(actor, {
      url: plannerUrl || runnerUrl,
      name: wanted || read.form.name || "platform",
      root: root || undefined,
    });
    if (!found.ok) return refused(found.findings, typed);
    const { discovery } = found;
    return stay({ values: { ...typed, text: discovery.text ?? text }, discovery });
  }
  if (text.trim() === "") return refused([textMissing()], typed);
  const database = databaseOf(read.form);
  if (intent === "try") {
    const tried = await tryRegistration(console, actor, { text, database, newPlatform: true });
    return tried.ok ? stay({ values: typed, trial: tried.trial }) : refused(tried.findings, typed);
  }
  const registered = await registerPlatform(console, actor, { text, compression, databases: [database] });
  if (!registered.ok) return refused(registered.findings, typed);
  await firstLook(console, registered.databaseIds[0]!);
  const [platform] = await console.records
    .select({ name: platforms.name })
    .from(platforms)
    .where(eq(platforms.id, registered.platformId));
  return { ok: true, to: links.platform(platform!.name) };
}

/** The form of a further database: try, or add. */
export async function submitDatabase(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const read = await readForm(form);
  const platform = await inForce(console, values.platformId);
  if (!read.ok) return refused(read.findings, values);
  if (platform === null) return refused([unreadable()], values);
  if (read.form.runnerUrl === "") return refused([runnerMissing()], values);
  const database = databaseOf(read.form);
  if (read.form.intent === "try") {
    const tried = await tryRegistration(console, actor, {
      text: platform.text,
      database,
      newPlatform: false,
    });
    return tried.ok ? stay({ values, trial: tried.trial }) : refused(tried.findings, values);
  }
  const added = await registerDatabase(console, actor, platform.id, database);
  if (!added.ok) return refused(added.findings, values);
  await firstLook(console, added.databaseId);
  return { ok: true, to: links.platform(platform.name) };
}

const EditForm = z.object({
  databaseId: z.uuid(),
  region: z.string().max(100).default(""),
  runnerUrl: z.string().trim().max(4000).default(""),
  plannerUrl: z.string().trim().max(4000).default(""),
  plansAsRunner: z.enum(["true"]).optional(),
});

/** New credentials of a database; what is left empty stays as it is. */
export async function editDatabase(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationState> {
  const values = typedValues(form);
  const parsed = EditForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { ...NOTHING_TYPED, findings: [unreadable()], values };
  const { databaseId, region, runnerUrl, plannerUrl, plansAsRunner } = parsed.data;
  const changed = await changeDatabase(console, actor, {
    databaseId,
    region,
    runnerUrl: runnerUrl || null,
    plannerUrl: plansAsRunner === "true" ? "runner" : plannerUrl || null,
  });
  if (!changed.ok) return { ...NOTHING_TYPED, findings: changed.findings, values };
  await firstLook(console, databaseId);
  const open = changed.findings.length;
  return {
    ...NOTHING_TYPED,
    values,
    done: `Saved: both connections work.${open === 0 ? "" : " The roles lack rights: the platform's page names each GRANT."}`,
  };
}

const RenameForm = z.object({ databaseId: z.uuid(), name: z.string().max(100).default("") });

/** Another name for a database. Leads to its page, which has the name in its address. */
export async function renameDatabaseAct(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const parsed = RenameForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], values);
  const renamed = await renameDatabase(console, actor, parsed.data);
  if (!renamed.ok) return refused(renamed.findings, values);
  return { ok: true, to: links.database(renamed.platform, renamed.name) };
}

const StoreForm = z.object({
  platformId: z.uuid(),
  store: z.string().max(100).default(""),
  compression: z.enum(["gzip", "zstd"]),
});

/** Where bundles are kept from now on. Leads back to the platform's page. */
export async function chooseStoreAct(
  console: Pick<Console, "records" | "stores">,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const parsed = StoreForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], values);
  const chosen = await chooseStore(console, actor, parsed.data);
  return chosen.ok ? { ok: true, to: links.platform(chosen.platform) } : refused(chosen.findings, values);
}

/** Takes a database off the list; the phrase is compared here. */
export async function removeDatabaseAct(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const [row] = z.uuid().safeParse(values.databaseId).success
    ? await console.records
        .select({ id: databases.id, name: databases.name, platform: platforms.name })
        .from(databases)
        .innerJoin(platforms, eq(platforms.id, databases.platformId))
        .where(eq(databases.id, values.databaseId!))
    : [];
  if (row === undefined) return refused([unreadable()], values);
  const wrong = phraseDiffers(values.phrase, `remove ${row.name}`);
  if (wrong !== null && actor.permissions.has("register:platform")) return refused([wrong], values);
  const removed = await removeDatabase(console, actor, row.id);
  return removed.ok ? { ok: true, to: links.platform(row.platform) } : refused(removed.findings, values);
}

/** Takes a platform with its databases off the list; the phrase is compared here. */
export async function deregisterAct(
  console: Registrar,
  actor: Actor,
  form: FormData,
): Promise<RegistrationOutcome> {
  const values = typedValues(form);
  const platform = await inForce(console, values.platformId);
  if (platform === null) return refused([unreadable()], values);
  const wrong = phraseDiffers(values.phrase, `deregister ${platform.name}`);
  if (wrong !== null && actor.permissions.has("register:platform")) return refused([wrong], values);
  const done = await deregisterPlatform(console, actor, platform.id);
  return done.ok ? { ok: true, to: links.platforms() } : refused(done.findings, values);
}

function databaseOf(form: {
  readonly name: string;
  readonly region: string;
  readonly runnerUrl: string;
  readonly plannerUrl: string;
}): NewDatabase {
  return {
    name: form.name,
    region: form.region,
    runnerUrl: form.runnerUrl,
    plannerUrl: form.plannerUrl || null,
  };
}

async function inForce({ records }: Registrar, id: string | undefined) {
  if (!z.uuid().safeParse(id).success) return null;
  const [row] = await records
    .select({ id: platforms.id, name: platforms.name, text: platformFiles.text })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(and(eq(platforms.id, id!), isNull(platforms.deregisteredAt)));
  return row ?? null;
}

/** So that its page says something at once. Where that fails the worker's look, two minutes later, says why. */
async function firstLook(console: Registrar, databaseId: string): Promise<void> {
  await lookAtDatabase(console, databaseId, AbortSignal.timeout(20_000)).catch(() => {});
}

function stay(state: Partial<RegistrationState>): RegistrationOutcome {
  return { ok: false, state: { ...NOTHING_TYPED, ...state } };
}

function refused(
  findings: readonly Finding[],
  values: Readonly<Record<string, string>>,
): RegistrationOutcome {
  return stay({ findings, values });
}
