/** Which migrations stand between a bundle and a version: those that it has behind it, and those that are to come. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { LedgerReader, MigrationFile } from "../../ledger/ledger.ts";
import { isSameFile } from "../../ledger/same-file.ts";

export interface Chain {
  /** In the order in which the bundle's database had run them. */
  readonly before: readonly MigrationFile[];
  /** In the folder's order. */
  readonly after: readonly MigrationFile[];
  /** Versions that the bundle's database had run, of packages whose files the folder does not have. */
  readonly elsewhere: readonly string[];
  readonly findings: readonly Finding[];
}

/** The same for a tool, whose own ideas count: what a file's checksum is, and what lies below a head. */
export function upgradeChain(
  from: Pick<Manifest, "schema">,
  tool: LedgerReader,
  files: readonly MigrationFile[],
  folder: string,
  target: string | undefined,
): Chain {
  const same: IsSameFile = (checksum, file) => isSameFile(tool, checksum, file);
  const { schema } = completed(from, tool, files);
  const isElsewhere = ({ version }: { readonly version: string }) =>
    tool.isElsewhere?.(version, files) === true;
  const here = { schema: { ...schema, applied: schema.applied.filter((each) => !isElsewhere(each)) } };
  const elsewhere = schema.applied.filter(isElsewhere).map(({ version }) => version);
  return { ...chainOf(here, files, folder, same, target), elsewhere };
}

/** Of a tool that keeps its heads only, what the folder says lies below them. */
function completed(
  { schema }: Pick<Manifest, "schema">,
  tool: LedgerReader,
  files: readonly MigrationFile[],
): Pick<Manifest, "schema"> {
  if (tool.keepsHeadsOnly !== true) return { schema };
  const { version, fingerprint } = schema;
  const head = schema.applied.map((each) => ({ ...each, name: "" }));
  const { applied } = tool.complete!(
    { tool: tool.tool, applied: head, version, fingerprint: fingerprint ?? "", failed: [], headOnly: true },
    files,
  );
  return { schema: { ...schema, applied: applied.map(({ version, checksum }) => ({ version, checksum })) } };
}

/** Whether an applied migration's checksum is this file's. */
export type IsSameFile = (checksum: string, file: MigrationFile) => boolean;

/**
 * @param target the last version to run; the folder's newest when left out
 * @throws Refusal `migration-missing`, `migration-changed`, `migration-version-unknown`, `upgrade-not-needed`
 */
export function chainOf(
  { schema }: Pick<Manifest, "schema">,
  files: readonly MigrationFile[],
  folder: string,
  isSameFile: IsSameFile,
  target: string | undefined,
): Chain {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const findings = schema.applied.flatMap(({ version, checksum }): Finding[] => {
    const file = byVersion.get(version);
    if (file === undefined) return [missing(version, folder)];
    return isSameFile(checksum, file) ? [] : [changed(version, file.path)];
  });
  if (findings.length > 0) throw new Refusal(findings);
  const applied = new Set(schema.applied.map(({ version }) => version));
  const wanted = upTo(files, folder, target);
  const after = wanted.filter(({ version }) => !applied.has(version));
  if (after.length === 0) throw new Refusal(notNeeded(schema.version, target));
  const beyond = [...applied].filter((version) => !wanted.some((file) => file.version === version));
  if (beyond.length > 0) throw new Refusal(backwards(target!, beyond));
  const last = files.findIndex(({ version }) => version === schema.version);
  const late = after.filter((file) => files.indexOf(file) < last);
  return {
    before: schema.applied.map(({ version }) => byVersion.get(version)!),
    after,
    elsewhere: [],
    findings: late.length === 0 ? [] : [outOfOrder(late)],
  };
}

function upTo(files: readonly MigrationFile[], folder: string, target: string | undefined) {
  if (target === undefined) return files;
  const last = files.findIndex(({ version }) => version === target);
  if (last >= 0) return files.slice(0, last + 1);
  throw new Refusal({
    code: "migration-version-unknown",
    severity: "blocks",
    where: folder,
    what: `No migration of the folder has the version ${target}.`,
    todo: `Name one of its versions; the newest is ${files.at(-1)?.version ?? "none, the folder is empty"}.`,
  });
}

function missing(version: string, folder: string): Finding {
  return {
    code: "migration-missing",
    severity: "blocks",
    where: folder,
    what: `The bundle's database had run migration ${version}, which is not in the folder.`,
    todo: "Take a folder that still has it: a bundle is upgraded from the schema that it was written under.",
  };
}

function changed(version: string, path: string): Finding {
  return {
    code: "migration-changed",
    severity: "blocks",
    where: path,
    what: `Migration ${version} is not the file that the bundle's database had run: its checksum differs.`,
    todo: "Restore the file as it was applied, from the platform's repository.",
  };
}

function notNeeded(version: string | null, target: string | undefined): Finding {
  return {
    code: "upgrade-not-needed",
    severity: "blocks",
    where: version ?? "no version",
    what: `The bundle has run every migration up to ${target ?? "the newest of the folder"} already.`,
    todo: "Import it as it is, or name a later version with --target-version.",
  };
}

function backwards(target: string, beyond: readonly string[]): Finding {
  return {
    code: "upgrade-backwards",
    severity: "blocks",
    where: target,
    count: beyond.length,
    what: `The bundle's database had run migrations beyond version ${target}: ${beyond.slice(0, 3).join(", ")}${beyond.length > 3 ? ", …" : ""}.`,
    todo: "Name a later version: no migration is taken back.",
  };
}

function outOfOrder(late: readonly MigrationFile[]): Finding {
  return {
    code: "migration-out-of-order",
    severity: "warns",
    where: late[0]!.path,
    count: late.length,
    what: `${late.length} of the migrations to come stand before the bundle's version in the folder: they came later than their place says.`,
    todo: "Nothing, if the platform's databases have run them late as well.",
  };
}
