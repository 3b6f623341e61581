import type { ReferenceCard } from "../../lib/queries/reference-cards.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { formatCount } from "../ui/quantities.ts";

export interface ReferenceCardProps {
  readonly card: ReferenceCard;
  /** The name under which the answer is sent. */
  readonly field: string;
  readonly mayAnswer: boolean;
}

/** One suspected reference: what speaks for it, and the answers that can be given. */
export function ReferenceCardView({ card, field, mayAnswer }: ReferenceCardProps) {
  const { column, type, evidence, choices, finding } = card;
  return (
    <li className="min-w-0 rounded-lg border bg-surface p-3">
      <fieldset className="flex h-full flex-col gap-2">
        <legend className="float-left w-full">
          <code className="font-medium break-all">{column}</code>{" "}
          <span className="text-ink-soft">{type}</span>
        </legend>
        <p className="clear-both text-ink-soft">{finding.what}</p>
        <EvidenceList evidence={evidence} />
        {mayAnswer && (
          <div className="mt-auto flex flex-col gap-1 border-t pt-2">
            {choices.map(({ label, edit }) => (
              <Checkbox key={label} radio name={field} value={JSON.stringify(edit)} label={label} />
            ))}
            <Checkbox radio name={field} value="" defaultChecked label="Leave it open" />
          </div>
        )}
      </fieldset>
    </li>
  );
}

function EvidenceList({ evidence }: { readonly evidence: ReferenceCard["evidence"] }) {
  if (evidence?.sampled == null)
    return <p>Its values could not be looked at: they may not be read, or it took too long.</p>;
  if (evidence.sampled === 0) return <p>No row has a value in it.</p>;
  return (
    <>
      <ul>
        {evidence.targets.slice(0, 4).map(({ to, hits }) => (
          <li key={to}>
            <strong>
              {formatCount(hits)} of {formatCount(evidence.sampled ?? 0)}
            </strong>{" "}
            values are in <code className="break-all">{to}</code>
          </li>
        ))}
        {evidence.targets.length === 0 && (
          <li>None of {formatCount(evidence.sampled)} values is the key of a row of another table.</li>
        )}
      </ul>
      {evidence.samples.length > 0 && (
        <p className="text-ink-soft">
          For example{" "}
          {evidence.samples.map((sample, index) => (
            <span key={sample}>
              {index > 0 && ", "}
              <code className="break-all">{sample}</code>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
