/** The walk for tests: a tenant out of one database into a file, and out of the file into another. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";
import { type ExportRequest, type ExportResult, exportTenant } from "../export/export-tenant.ts";
import { dryRunImport, type ImportResult, importTenant } from "../import/import-tenant.ts";
import { journalPath } from "../import/journal.ts";
import type { ImportPlan } from "../import/plan-import.ts";
import type { ImportRequest } from "../import/request.ts";
import { quietContext, type RunContext } from "../run-context.ts";

/** Harbor's platform file. Read as a file: no room of the library stands on an example. */
export async function harborPlatform(): Promise<PlatformFile> {
  const path = new URL("../../../examples/harbor/platform.yaml", import.meta.url);
  return parsePlatform(await readFile(path, "utf8"));
}

/** @throws Error where the text is no platform file */
export function parsePlatform(text: string): PlatformFile {
  const { file, findings } = readPlatformFile(text, "platform.yaml");
  if (file === null || findings.length > 0) throw new Error(JSON.stringify(findings));
  return file;
}

export interface Exported extends ExportResult {
  readonly path: string;
}

export async function exportTo(
  folder: string,
  request: Pick<ExportRequest, "url" | "platform" | "tenant"> & Partial<ExportRequest>,
  context: RunContext = quietContext(),
): Promise<Exported> {
  const store = folderStore(folder, { sideEffect: context.sideEffect });
  const result = await exportTenant(
    { compression: "gzip", engineVersion: "test", store, ...request },
    context,
  );
  return { ...result, path: join(folder, result.name) };
}

/** An import as tests ask for it: the bundle by its path, `unreviewed` and fresh ids unless they say otherwise. */
export type WalkRequest = { readonly path: string } & Pick<ImportRequest, "url" | "platform"> &
  Partial<Omit<ImportRequest, "source" | "url" | "platform">>;

export async function importFrom(
  request: WalkRequest,
  context: RunContext = quietContext(),
): Promise<ImportResult> {
  return withSource(request, (full) => importTenant(full, context));
}

export async function dryRunFrom(request: WalkRequest): Promise<ImportPlan> {
  return withSource(request, (full) => dryRunImport(full, quietContext()));
}

async function withSource<T>(
  { path, ...request }: WalkRequest,
  work: (request: ImportRequest) => Promise<T>,
): Promise<T> {
  const source = await fileSource(path);
  try {
    return await work({
      source,
      ids: "fresh",
      unreviewed: true,
      journal: (key) => journalPath(path, key),
      ...request,
    });
  } finally {
    await source.close();
  }
}

/** The findings that an operation was refused with; fails where it was not refused. */
export async function refusal(work: Promise<unknown>): Promise<readonly Finding[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.findings;
    throw error;
  }
  throw new Error("it was not refused");
}

/** The codes of those that block. */
export async function refusedWith(work: Promise<unknown>): Promise<string[]> {
  const findings = await refusal(work);
  return findings.filter(({ severity }) => severity === "blocks").map(({ code }) => code);
}

/** A folder of one's own, and a way to be rid of it. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "tenantry-walk-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
