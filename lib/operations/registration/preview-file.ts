/** What a text would change if it were the platform's file: tried on every database of the platform, nothing stored. */
import { and, eq, isNull } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { isId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { platformFiles, platforms } from "../../records/schema/platforms.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { type ModelDiff, modelDiff } from "../../tenancy/model-diff.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";
import { otherPlatformName, platformNotThere } from "./findings.ts";
import { withLook } from "./look.ts";
import type { Registering, Registrar } from "./registrar.ts";
import { rowsPerTenant, type TenantRows } from "./rows-per-tenant.ts";

export interface RowsChange {
  readonly table: string;
  readonly before: TenantRows;
  readonly after: TenantRows;
}

export interface DatabasePreview {
  readonly database: string;
  readonly diff: ModelDiff;
  /** Of the tables whose class or path is different, the first few of many. */
  readonly rows: readonly RowsChange[];
}

export interface FilePreview {
  /** The version that it is compared with. */
  readonly version: number;
  readonly databases: readonly DatabasePreview[];
  /** Databases that could not be asked, and why. */
  readonly unasked: readonly Finding[];
}

/** More tables than this are counted by nobody who waits for a page. */
const MOST_COUNTED = 8;

/** @returns what would be different from the version in force; refused where the text is no platform file of it */
export async function previewPlatformFile(
  console: Registrar,
  actor: Pick<Registering, "permissions">,
  { platformId, text }: { readonly platformId: string; readonly text: string },
): Promise<Answer<{ preview: FilePreview }>> {
  if (!actor.permissions.has("change:model")) return refuse(notPermitted("change:model"));
  const known = await inForce(console, platformId);
  if (known === null) return refuse(platformNotThere());
  const { file, findings } = readPlatformFile(text, "platform.yaml");
  if (file === null || blocks(findings)) return refuse(...findings);
  if (file.platform !== known.name) return refuse(otherPlatformName(known.name));
  return compareFiles(console, platformId, known.version, known.text, text);
}

/**
 * Two texts over each database of a platform as it is now. Its caller has authorised.
 *
 * @param version of the first text, for those who read what comes out
 */
export async function compareFiles(
  console: Registrar,
  platformId: string,
  version: number,
  before: string,
  after: string,
): Promise<Answer<{ preview: FilePreview }>> {
  const [former, later] = [before, after].map((text) => readPlatformFile(text, "platform.yaml")) as [
    ReturnType<typeof readPlatformFile>,
    ReturnType<typeof readPlatformFile>,
  ];
  if (former.file === null || later.file === null) return refuse(...former.findings, ...later.findings);
  const rows = await console.records
    .select()
    .from(databases)
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)))
    .orderBy(databases.name);
  const { file: fileBefore } = former;
  const { file: fileAfter } = later;
  // A person waits: all at once.
  const answers = await Promise.all(
    rows.map(async (row): Promise<DatabasePreview | Refusal> => {
      try {
        const url = console.secrets.open(row.plannerUrl, secretContext.plannerUrl(row.id));
        return await previewOn(url, row.endpoint, row.name, fileBefore, fileAfter);
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    }),
  );
  const previews = answers.flatMap((answer) => (answer instanceof Refusal ? [] : [answer]));
  const unasked = answers.flatMap((answer) => (answer instanceof Refusal ? answer.findings : []));
  return { ok: true, preview: { version, databases: previews, unasked } };
}

async function previewOn(
  url: string,
  endpoint: string,
  database: string,
  fileBefore: PlatformFile,
  fileAfter: PlatformFile,
): Promise<DatabasePreview> {
  return withLook(url, endpoint, { forPage: true }, async (client, { catalog }) => {
    const before = deriveModel(catalog, fileBefore);
    const after = deriveModel(catalog, fileAfter);
    const diff = modelDiff(before, after);
    const rows: RowsChange[] = [];
    for (const { what: table } of diff.tables.slice(0, MOST_COUNTED))
      rows.push({
        table,
        before: await rowsPerTenant(client, before, table),
        after: await rowsPerTenant(client, after, table),
      });
    return { database, diff, rows };
  });
}

async function inForce({ records }: Pick<Registrar, "records">, platformId: string) {
  if (!isId(platformId)) return null;
  const [row] = await records
    .select({ name: platforms.name, version: platforms.fileVersion, text: platformFiles.text })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)));
  return row ?? null;
}
