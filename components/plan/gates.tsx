import type { Gate } from "../../lib/engine/plan.ts";
import { Status } from "../ui/status.tsx";

/** What must hold before the run, those that do not first. An approval opens none of them. */
export function Gates({ gates }: { readonly gates: readonly Gate[] }) {
  const sorted = gates.toSorted((a, b) => Number(a.holds) - Number(b.holds));
  return (
    <ul className="flex flex-col gap-1.5">
      {sorted.map((gate) => (
        <li key={gate.code}>
          <Status tone={gate.holds ? "ok" : "bad"}>
            {gate.title}
            <span className="sr-only">: {gate.holds ? "holds" : "does not hold"}</span>
          </Status>
          <p className="pl-5 text-ink-soft">
            {!gate.holds && <span className="font-medium text-bad">Does not hold. </span>}
            {gate.detail}
          </p>
        </li>
      ))}
    </ul>
  );
}
