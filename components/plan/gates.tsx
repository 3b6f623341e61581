import type { Gate } from "../../lib/engine/plan.ts";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { type GateSubject, gateHref } from "./gate-link.model.ts";

export interface GatesProps {
  readonly gates: readonly Gate[];
  readonly subject: GateSubject;
}

/** What must hold before the run, those that do not first. An approval opens none of them. */
export function Gates({ gates, subject }: GatesProps) {
  const sorted = gates.toSorted((a, b) => Number(a.holds) - Number(b.holds));
  return (
    <ul className="flex flex-col gap-1.5">
      {sorted.map((gate) => (
        <li key={gate.code}>
          <Status tone={gate.holds ? "ok" : "bad"} className="whitespace-normal">
            {gate.title}
            <span className="sr-only">: {gate.holds ? "holds" : "does not hold"}</span>
          </Status>
          <p className="pl-5 text-ink-soft">
            {!gate.holds && <span className="font-medium text-bad">Does not hold. </span>}
            {gate.detail} <Opener gate={gate} subject={subject} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function Opener({ gate, subject }: { readonly gate: Gate; readonly subject: GateSubject }) {
  const href = gate.holds || gate.opens === undefined ? null : gateHref(gate.opens, subject);
  if (href === null) return null;
  return (
    <Link href={href} className="link">
      {gate.opens!.title}
    </Link>
  );
}
