/**
 * Walks a folder of migrations from nothing to its end on a throwaway server, and measures each on a copy of what the
 * ones before it have made. The copy is carried along, with its rows, as long as nothing fails in it.
 */

import { isForCommand, migrateByCommand, type PlatformCommand } from "../../ledger/by-command.ts";
import { ledgerFingerprint } from "../../ledger/fingerprint.ts";
import type { ChainTool, LedgerAdapter, MigrationFile } from "../../ledger/ledger.ts";
import { migrate } from "../../ledger/migrate.ts";
import { refuseCode, refusePlaceholders } from "../../ledger/replay.ts";
import { connect } from "../../postgres/connection.ts";
import type { MeasuredFile } from "../facts.ts";
import { fillTables } from "./fill.ts";
import { openGround } from "./ground.ts";
import { type FileMeasure, measureFile } from "./measure-file.ts";
import type { MeasuringPlace } from "./place.ts";

export interface ReplayRequest {
  readonly place: Pick<MeasuringPlace, "server" | "confined">;
  readonly tool: ChainTool & Partial<LedgerAdapter>;
  /** For programs, which are not measured: it brings the database to where the next file begins. */
  readonly command?: PlatformCommand;
  readonly folder: string;
  /** The last version to go to; the folder's last when left out. */
  readonly upTo?: string;
  /** Files that need no measuring are only applied. */
  readonly wants: (point: ReplayPoint) => boolean;
  /** Told of each file that was measured. */
  readonly onMeasured: (file: MeasuredFile) => Promise<void>;
  /** Told after each file, with the address of the migrated database; before the first with null. */
  readonly onReached?: (point: ReplayPoint | null, url: string) => Promise<void>;
}

export interface ReplayPoint {
  readonly file: MigrationFile;
  /** Of the ledger before the file, and after it. */
  readonly fingerprintBefore: string;
  readonly fingerprint: string;
  /** From 1, of so many. */
  readonly place: number;
  readonly of: number;
}

/** The files that a replay goes through, in order. */
export function replayPoints(files: readonly MigrationFile[], upTo?: string): ReplayPoint[] {
  const end = upTo === undefined ? files.length : files.findIndex(({ version }) => version === upTo) + 1;
  return files.slice(0, end).map((file, at) => ({
    file,
    fingerprintBefore: ledgerFingerprint(files.slice(0, at)),
    fingerprint: ledgerFingerprint(files.slice(0, at + 1)),
    place: at + 1,
    of: end,
  }));
}

/**
 * @throws Refusal where the folder cannot be read, or a migration fails on an empty database: what was measured until
 * then has been told
 */
export async function replayFolder(request: ReplayRequest, signal: AbortSignal): Promise<void> {
  const { tool, command } = request;
  const files = await tool.list(request.folder);
  const points = replayPoints(files, request.upTo);
  const ground = await openGround(request.place.server, request.place.confined);
  try {
    const server = await prepare(ground.url, tool, files, signal);
    await request.onReached?.(null, ground.url);
    let trial: string | null = null;
    for (const point of points) {
      signal.throwIfAborted();
      let findings: MeasuredFile["findings"] = [];
      const byProgram = isForCommand(tool, point.file);
      if (byProgram && command === undefined) refuseAll(tool, point.file);
      if (!byProgram && request.wants(point)) {
        trial ??= await ground.copy();
        const filled = await fillTables(trial, signal);
        const messages = tool.statements!(point.file);
        let measure = await measureFile(trial, point.file, messages, signal);
        if (isAboutRows(measure)) {
          // The made rows may be in its way, which no fault of the file's is.
          trial = await ground.copy();
          const without = await measureFile(trial, point.file, messages, signal);
          if (without.failure === null) {
            measure = without;
            findings = [withoutRows(point.file.path)];
          }
        }
        const measured = { ...measure, findings: [...measure.findings, ...findings, ...filled] };
        await request.onMeasured(measuredFile(point, measured, server));
        if (measure.failure !== null || findings.length > 0) trial = null;
      } else trial = null;
      await applyNext(ground.url, request, files, point, signal);
      await request.onReached?.(point, ground.url);
    }
  } finally {
    await ground.close();
  }
}

/** @throws Refusal, always */
function refuseAll(tool: ChainTool, file: MigrationFile): void {
  if (file.code !== true && tool.hasPlaceholders?.(file)) refusePlaceholders(file);
  refuseCode({ ...file, code: true });
}

function measuredFile(
  { file, fingerprintBefore, fingerprint }: ReplayPoint,
  { statements, findings }: FileMeasure,
  server: number,
): MeasuredFile {
  const { version, name, checksum, transactional } = file;
  return {
    version,
    name,
    checksum,
    transactional,
    fingerprintBefore,
    fingerprint,
    server,
    statements,
    findings,
  };
}

/** Class 22 is of data exceptions, 23 of integrity constraint violations (PostgreSQL Error Codes). */
const isAboutRows = ({ failure }: FileMeasure) => failure !== null && /^2[23]/.test(failure);

function withoutRows(where: string) {
  return {
    code: "measured-without-rows",
    severity: "notes",
    where,
    what: "It failed on the rows that were made to measure it with, so it was measured on empty tables.",
  } as const;
}

async function prepare(
  url: string,
  tool: ChainTool,
  files: readonly MigrationFile[],
  signal: AbortSignal,
): Promise<number> {
  const client = await connect(url, { applicationName: "tenantry replay", signal });
  try {
    await tool.prepare?.(client, files);
    const { rows } = await client.query<{ server: number }>(
      "SELECT pg_catalog.current_setting('server_version_num')::int AS server",
    );
    return rows[0]!.server;
  } finally {
    await client.end();
  }
}

async function applyNext(
  url: string,
  { tool, command, folder }: ReplayRequest,
  files: readonly MigrationFile[],
  { file, place }: ReplayPoint,
  signal: AbortSignal,
): Promise<void> {
  const client = await connect(url, { applicationName: "tenantry replay", signal });
  try {
    if (isForCommand(tool, file))
      await migrateByCommand(client, tool, {
        name: command!.name,
        run: (env) => command!.run(env, signal),
        databaseUrl: url,
        wanted: files.slice(0, place).map(({ version }) => version),
        files,
      });
    else await migrate(client, tool as LedgerAdapter, folder, { upTo: file.version });
  } finally {
    await client.end();
  }
}
