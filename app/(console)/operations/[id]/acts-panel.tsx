import { links } from "../../../../components/links.ts";
import { ButtonLink, buttonClasses } from "../../../../components/ui/button.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import type { OperationView } from "../../../../lib/queries/operation.ts";
import type { ActName } from "../../../../lib/queries/operation-acts.ts";
import { ActButton } from "./act-forms.tsx";
import { actLook } from "./acts.model.ts";

/** What can be done now; where something cannot, why not. Nothing here in a state that is over for good. */
export function ActsPanel({ operation }: { readonly operation: OperationView }) {
  const { acts, id, digest, state } = operation;
  if (acts.length === 0) return null;
  return (
    <Panel title="Actions">
      <ul className="flex flex-col gap-3">
        {acts.map(({ name, unavailable }) => {
          const { label, means, ...look } = actLook(name);
          const asks = look.asks || (name === "send" && operation.phrase !== null);
          // There is no other way on from here.
          const primary =
            look.primary || (name === "plan-again" && !["planned", "in_review"].includes(state));
          return (
            <li key={name}>
              {unavailable !== null ? (
                <Closed label={label} why={unavailable} />
              ) : asks ? (
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <ButtonLink href={askedAt(name, id)} variant={primary ? "primary" : "danger-quiet"}>
                    {label}
                  </ButtonLink>
                  <span className="min-w-0 flex-1 text-ink-soft">{means}</span>
                </div>
              ) : (
                <ActButton
                  operationId={id}
                  act={name}
                  label={label}
                  means={means}
                  primary={primary}
                  digest={name === "send" ? digest : undefined}
                />
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function askedAt(name: ActName, id: string): string {
  return name === "review" ? links.operationReview(id) : links.operation(id, { act: name });
}

function Closed({ label, why }: { readonly label: string; readonly why: string }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className={buttonClasses({ variant: "secondary" })} aria-disabled="true">
        {label}
      </span>
      <span className="min-w-0 flex-1 text-ink-soft">{why}</span>
    </div>
  );
}
