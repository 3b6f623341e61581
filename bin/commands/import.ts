/** `tenantry import`: a bundle's tenant into a database, or what that would do. */
import { type Command, Option } from "commander";
import { blocks, type Finding } from "../../lib/findings/finding.ts";
import { dryRunImport, importTenant } from "../../lib/rows/import/import-tenant.ts";
import { journalPath } from "../../lib/rows/import/journal.ts";
import { reviewNeeded } from "../../lib/rows/import/outline.ts";
import type { ImportPlan } from "../../lib/rows/import/plan-import.ts";
import type { ImportRequest } from "../../lib/rows/import/request.ts";
import { shellWord } from "../cli/arguments.ts";
import { usage } from "../cli/failure.ts";
import { MOST_OF_ONE_CODE } from "../cli/findings.ts";
import { databaseAddress, openBundleFile, readSoundPlatform, readTrustedKeys } from "../cli/inputs.ts";
import {
  databaseOption,
  gathered,
  identityOption,
  journalOption,
  jsonOption,
  platformOption,
  trustOption,
  withExamples,
} from "../cli/options.ts";
import type { Outcome, Perform, Run } from "../cli/task.ts";
import { otherNames } from "./import/other-names.ts";
import { plannedJson, plannedText } from "./import/plan-report.ts";
import { importedJson, importedText } from "./import/report.ts";

interface ImportOptions {
  readonly platform?: string;
  readonly database?: string;
  readonly dryRun?: boolean;
  readonly newSlug?: string;
  readonly newDomain?: readonly string[];
  readonly newKey?: string;
  readonly keepIds?: boolean;
  readonly unreviewed?: boolean;
  readonly trust?: readonly string[];
  readonly identity?: readonly string[];
  readonly journal?: string;
  readonly json?: boolean;
}

export function addImportCommand(program: Command, perform: Perform): void {
  const command = program
    .command("import")
    .summary("put a bundle's tenant into a database")
    .description(
      "Puts a bundle's tenant into a database of the same schema version, in one transaction that is proved before it commits: the rows equal the bundle, every reference holds, no other row was touched. Where anything stands against it, nothing is changed. The tenant is suspended until somebody resumes it.",
    )
    .argument("<file>", "the bundle")
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(new Option("--dry-run", "say what would happen, and change nothing"))
    .addOption(new Option("--new-slug <slug>", "the tenant's slug here"))
    .addOption(
      new Option("--new-domain <old=new>", "one of its domains here; repeatable").argParser(gathered),
    )
    .addOption(new Option("--new-key <key>", "the tenant's key here, where people choose keys"))
    .addOption(new Option("--keep-ids", "the same tenant, restored or moved: all ids stay"))
    .addOption(new Option("--unreviewed", "import beside other tenants without a second person's review"))
    .addOption(trustOption())
    .addOption(identityOption())
    .addOption(journalOption("where the import's journal goes; beside the bundle when left out"))
    .addOption(jsonOption())
    .action((path: string, options: ImportOptions) =>
      perform({
        name: "import",
        json: options.json === true,
        left: "Nothing was imported.",
        work: (run) => importBundle(path, options, run),
      }),
    );
  withExamples(
    command,
    "tenantry import acme.tar.gz --platform platform.yaml --dry-run",
    "tenantry import acme.tar.gz --platform platform.yaml --new-slug acme-copy --new-domain acme.example=copy.acme.example --unreviewed",
  );
}

async function importBundle(path: string, options: ImportOptions, run: Run): Promise<Outcome> {
  const began = performance.now();
  const newDomains = domainsOf(options.newDomain);
  const platform = await readSoundPlatform(options.platform);
  const trust = await readTrustedKeys(options.trust);
  const url = databaseAddress(options.database, run.remark);
  const source = await openBundleFile(path, run.context.signal, options.identity);
  const request: ImportRequest = {
    source,
    url,
    platform,
    ids: options.keepIds === true ? "kept" : "fresh",
    newSlug: options.newSlug,
    newKey: options.newKey,
    newDomains,
    unreviewed: options.unreviewed,
    trust,
    journal: (key) => options.journal ?? journalPath(path, key),
  };
  try {
    if (options.dryRun === true) return await dryRun(path, options, request, run);
    const imported = { ...(await importTenant(request, run.context)), ids: request.ids };
    return {
      result: importedJson(imported, performance.now() - began),
      findings: imported.findings,
      untold: imported.findings.filter(({ severity }) => severity !== "notes"),
      findingsAre: "remarks",
      text: (style) => importedText(imported, performance.now() - began, style),
      next: [
        `${run.calledAs} compare ${shellWord(path)} ${shellWord(`#${imported.tenant.slug ?? imported.tenant.key}`)} --platform ${shellWord(options.platform ?? "")} --journal ${shellWord(imported.journal)}`,
      ],
    };
  } finally {
    await source.close();
  }
}

/** Reads everything that there is to read before it says that a review is missing: it needs none itself. */
async function dryRun(
  path: string,
  options: ImportOptions,
  request: ImportRequest,
  run: Run,
): Promise<Outcome> {
  const plan: ImportPlan = await dryRunImport({ ...request, unreviewed: true }, run.context);
  const review: Finding[] =
    request.unreviewed || plan.residents === 0
      ? []
      : [reviewNeeded(plan.target.catalog.database.name, plan.residents)];
  const findings = [...plan.findings, ...review];
  const allowed = !blocks(findings);
  const renamed = otherNames(plan, request);
  return {
    result: plannedJson(plan, request.ids, allowed),
    findings,
    untold: findings.filter(({ code }) => code !== "secret-must-be-set"),
    findingsAre: "result",
    mostOfOneCode: MOST_OF_ONE_CODE,
    text: (style) => plannedText(plan, request.ids, allowed, style),
    next: allowed
      ? [[run.calledAs, ...run.typed.filter((word) => word !== "--dry-run").map(shellWord)].join(" ")]
      : renamed === null
        ? []
        : [
            `${run.calledAs} import ${shellWord(path)} --platform ${shellWord(options.platform ?? "")} ${renamed} --unreviewed --dry-run`,
          ],
  };
}

function domainsOf(pairs: readonly string[] = []): ReadonlyMap<string, string> | undefined {
  const domains = new Map<string, string>();
  for (const pair of pairs) {
    const [, old, fresh] = /^([^=]+)=([^=]+)$/.exec(pair) ?? [];
    if (old === undefined || fresh === undefined)
      throw usage("--new-domain", "--new-domain is written old=new.", "Give it once for each domain.");
    if (domains.has(old)) throw usage("--new-domain", `--new-domain names ${old} twice.`);
    domains.set(old, fresh);
  }
  return domains.size === 0 ? undefined : domains;
}
