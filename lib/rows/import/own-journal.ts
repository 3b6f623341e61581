/** The journal that an import's request has: by which key it is found again, and what it begins with. */
import { randomBytes } from "node:crypto";
import type { Finding } from "../../findings/finding.ts";
import type { Remap } from "../remap/remap.ts";
import { type Journal, operationKey } from "./journal.ts";
import type { LoadPlan } from "./load-plan.ts";
import type { ImportOutline } from "./outline.ts";
import type { ImportRequest } from "./request.ts";

/** The same for the same bundle, database and options. */
export function keyOf(request: ImportRequest, outline: ImportOutline, sha256: string): string {
  return operationKey([
    sha256,
    targetOf(outline),
    request.ids,
    request.newSlug ?? "",
    request.newKey ?? "",
    ...[...(request.newDomains ?? [])].flat(),
  ]);
}

function targetOf({ target: { catalog } }: Pick<ImportOutline, "target">): string {
  return `${catalog.server.systemIdentifier ?? "unknown"}/${catalog.database.oid}`;
}

export function newJournal(
  request: ImportRequest,
  plan: LoadPlan,
  key: string,
  earlier: Journal | null,
): Journal {
  const oldKey = plan.manifest.tenant.key;
  const remap: Remap = {
    ids: request.ids,
    // The same request makes the same ids: a run that went unnoticed is found again by its tenant's key.
    importKey: earlier?.remap.importKey ?? randomBytes(32).toString("hex"),
    tenant: { oldKey, newKey: oldKey },
    substitutions: plan.substitutions.map((substitution) => ({
      ...substitution,
      values: { ...substitution.values },
    })),
    integers: {},
    common: {},
  };
  return {
    journal: 1,
    operationKey: key,
    bundle: plan.sha256,
    target: targetOf(plan),
    state: "loading",
    transaction: null,
    remap,
  };
}

/** "Imported before" must be said of the same request only. */
export function otherJournal(where: string): Finding {
  return {
    code: "journal-of-another",
    severity: "blocks",
    where,
    what: "This is the journal of another import: of another bundle, into another database, or with other options.",
    todo: "Name another file with --journal, or leave it out: then each import has its own beside the bundle.",
  };
}
