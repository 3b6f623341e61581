/** The gates that the bundle opens: it is what is there, and it has been restored and proved. Pure. */
import type { Gate } from "../../engine/plan.ts";
import type { DeleteLook } from "./delete-look.ts";
import { HOUR, moment, plural } from "./moments.ts";

export function backupGate({ bundle, differing, fence }: DeleteLook): Gate {
  const gate = { code: "backup-equal", title: "The bundle holds exactly what is there now" };
  const opens = { title: "Export it", operation: "export" };
  if (bundle === null)
    return {
      ...gate,
      holds: false,
      detail: `No bundle is named: export the tenant, ${fence === null ? "once" : "now that"} it is fenced.`,
      opens,
    };
  if (!bundle.ofTenant)
    return {
      ...gate,
      holds: false,
      detail: `${bundle.name} is no bundle of this tenant: name one that is.`,
      opens,
    };
  if (!bundle.ready)
    return {
      ...gate,
      holds: false,
      detail: `${bundle.name} is not there, or not whole: export the tenant again.`,
      opens,
    };
  if (differing === null)
    return { ...gate, holds: false, detail: "Not compared: other findings stopped the plan before." };
  const [first] = differing;
  if (first !== undefined)
    return {
      ...gate,
      holds: false,
      detail: `${differing.length === 1 ? "One table differs" : `${differing.length} tables differ`}. ${first.where}: ${first.what} Export the tenant again.`,
      opens,
    };
  return {
    ...gate,
    holds: true,
    detail: `Every table's digest equals the live rows'${bundle.takenAt === null ? "" : `; the bundle was taken at ${moment(bundle.takenAt)}`}.`,
  };
}

export function drillGate({ bundle, drill, now, policy }: DeleteLook): Gate {
  const days = policy.drillDays;
  const gate = {
    code: "backup-drilled",
    title: `A drill of that bundle has passed within ${plural(days, "day")}`,
  };
  if (bundle === null) return { ...gate, holds: false, detail: "No bundle is named." };
  const opens = { title: "Drill it", operation: "drill", bundleId: bundle.id };
  if (drill === null)
    return {
      ...gate,
      holds: false,
      detail: "None has passed: nobody knows whether it can be brought back.",
      opens,
    };
  const over = now.getTime() - drill.at.getTime() > days * 24 * HOUR;
  return over
    ? { ...gate, holds: false, detail: `The last passed at ${moment(drill.at)}: drill it again.`, opens }
    : { ...gate, holds: true, detail: `It was restored and proved at ${moment(drill.at)}.` };
}
