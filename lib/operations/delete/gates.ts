/** What must hold before a tenant is deleted, each with what opens it. Approval is no substitute for one. Pure. */
import type { Gate } from "../../engine/plan.ts";
import { backupGate, drillGate } from "./bundle-gates.ts";
import type { DeleteLook } from "./delete-look.ts";
import { quietGate, suspendedGate } from "./fence-gates.ts";
import { moment } from "./moments.ts";

export function deleteGates(look: DeleteLook): Gate[] {
  return [
    suspendedGate(look),
    quietGate(look),
    backupGate(look),
    drillGate(look),
    ...look.manual.map((each) => finalizerGate(look, each)),
    holdGate(look),
    aloneGate(look),
  ];
}

function finalizerGate(
  { fence }: DeleteLook,
  { name, description, confirmedAt, behind }: DeleteLook["manual"][number],
): Gate {
  const gate = { code: `finalizer:${name}`, title: `Seen to outside the database: ${name}` };
  // The same fence, not an earlier time: the one is dated by the records, the other by its own database.
  const stale = confirmedAt !== null && (fence === null || behind?.getTime() !== fence.since.getTime());
  if (confirmedAt !== null && !stale)
    return { ...gate, holds: true, detail: `${description} Confirmed at ${moment(confirmedAt)}.` };
  return {
    ...gate,
    holds: false,
    detail: `${description} ${stale ? "It was confirmed before this fence stood: look again, and confirm it." : "See to it, then confirm it on the tenant's page."}`,
    opens: { title: "To the tenant's page", page: "tenant" },
  };
}

function holdGate({ holds }: DeleteLook): Gate {
  const gate = { code: "no-hold", title: "No legal hold forbids it" };
  const [first] = holds;
  if (first === undefined)
    return { ...gate, holds: true, detail: "Neither the tenant nor a bundle of it is held." };
  return first.bundleId === null
    ? {
        ...gate,
        holds: false,
        detail: "The tenant is held. Whoever set the hold lifts it, or nobody deletes it.",
        opens: { title: "To the tenant's page", page: "tenant" },
      }
    : {
        ...gate,
        holds: false,
        detail: `Its bundle ${first.name} is held. Whoever set the hold lifts it, or nobody deletes the tenant.`,
        opens: { title: "To the bundle", page: "bundle", bundleId: first.bundleId },
      };
}

function aloneGate({ others }: DeleteLook): Gate {
  const gate = { code: "no-other-operation", title: "Nothing else is done with the tenant or its bundle" };
  const [first] = others;
  if (first === undefined) return { ...gate, holds: true, detail: "No other operation is open." };
  return {
    ...gate,
    holds: false,
    detail: `Another operation is open: ${first.kind}. Wait until it ends, or have it withdrawn.`,
    opens: { title: "To the operation", page: "operation", operationId: first.id },
  };
}
