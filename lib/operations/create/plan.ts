/** What creating a tenant would do: the platform file's rows with every name looked up, or the platform's command. */
import type pg from "pg";
import type { PlanContext } from "../../engine/contexts.ts";
import type { Gate, OperationPlan } from "../../engine/plan.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { findingsAbout, type Subject, touchedTables, withSubject } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { commandEffects, rowEffects } from "./effects.ts";
import type { CreateInput } from "./input.ts";
import { checkLookUps, checkNames } from "./look-ups.ts";
import { type NewRows, newRows } from "./rows.ts";

type Creation = NonNullable<PlanContext["platform"]["file"]["create"]>;

export async function planCreate(
  context: PlanContext,
  input: CreateInput,
  steps: OperationPlan["steps"],
): Promise<OperationPlan> {
  return withSubject(context, async (client, subject) => {
    const { model, identity } = subject;
    const { create } = context.platform.file;
    const own = create === undefined ? noCreation() : await looked(client, subject, create, input, context);
    const root = model.tenant.table;
    const about = findingsAbout(model, root === null ? own.tables : [root, ...own.tables]);
    const names = blocks(about) ? [] : await checkNames(client, model, input);
    const tenant = { key: input.key ?? null, slug: input.slug, name: input.name };
    return {
      kind: "create",
      summary: `Create ${called(tenant)} in ${context.database.name}`,
      tenant,
      databases: [identity],
      options: { domains: input.domains, ...own.options },
      tables: touchedTables(subject, own.tables),
      bundle: null,
      effects: own.effects,
      steps,
      gates: [namesGate(names)],
      findings: [...names, ...own.findings, ...about],
      estimate: {
        rows: own.exact ? own.effects.reduce((sum, { rows }) => sum + (rows ?? 0), 0) : null,
        bytes: null,
        seconds: 1,
      },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback: own.rollback,
      exact: own.exact,
    };
  });
}

type Own = Pick<OperationPlan, "effects" | "findings" | "exact" | "rollback" | "options"> & {
  readonly tables: readonly string[];
};

async function looked(
  client: pg.Client,
  { catalog, model }: Subject,
  creation: Creation,
  input: CreateInput,
  { database }: PlanContext,
): Promise<Own> {
  if ("command" in creation) return byCommand(creation.command, database.name);
  const rows = newRows(catalog, creation, input);
  const root = model.tenant.table;
  const findings = [
    ...rows.findings,
    ...(root === null || !rows.rows.some(({ table }) => table === root) ? [noRootRow()] : []),
    ...(blocks(rows.findings) ? [] : await checkLookUps(client, catalog, rows.rows)),
  ];
  return {
    tables: tablesOf(rows),
    options: { rows: rows.rows.map(({ table, values }) => ({ table, values })) },
    effects: rowEffects(rows, database.name),
    findings,
    exact: true,
    rollback:
      "One transaction: until it commits an abort leaves nothing behind. Afterwards the new tenant can be deleted.",
  };
}

function byCommand(command: string, database: string): Own {
  return {
    tables: [],
    options: { command },
    effects: commandEffects(command, database),
    findings: [
      {
        code: "command-unproved",
        severity: "warns",
        where: command,
        what: "A command of the platform writes by itself: what it writes is neither known beforehand nor counted.",
        todo: "Declare the rows under `create: { rows: […] }` where they are the same for each tenant.",
      },
    ],
    exact: false,
    rollback: "What the command has written by the time it is stopped stays; the tenant can be deleted.",
  };
}

function noCreation(): Own {
  const finding: Finding = {
    code: "create-undeclared",
    severity: "blocks",
    where: "create",
    what: "The platform file does not say what a new tenant begins with.",
    todo: "Add `create: { rows: [ { table: …, values: { … } } ] }`, or `create: { command: … }`.",
  };
  return {
    tables: [],
    options: {},
    effects: [],
    findings: [finding],
    exact: true,
    rollback: "Nothing is changed.",
  };
}

function tablesOf({ rows, byTriggers }: NewRows): string[] {
  return [...rows.map(({ table }) => table), ...byTriggers.keys()];
}

function namesGate(taken: readonly Finding[]): Gate {
  return {
    code: "names-free",
    title: "Slug, key and domains are free",
    holds: taken.length === 0,
    detail:
      taken.length === 0 ? "No tenant of this database has them." : taken.map(({ what }) => what).join(" "),
  };
}

function noRootRow(): Finding {
  return {
    code: "create-without-root",
    severity: "blocks",
    where: "create",
    what: "None of the rows under `create` is the tenant's own row in the root table.",
    todo: "Add it as the first row.",
  };
}
