import type { Effect, Reversibility } from "../../lib/engine/plan.ts";
import { Meter } from "../ui/meter.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { TONE_TEXT } from "../ui/status.tsx";
import { type EffectGroup, groupEffects } from "./effects.model.ts";

/** Lines of a group that are open from the start. */
const OPEN = 5;

/** What a plan would do: what destroys first, reads folded away at the end. */
export function PlanEffects({ effects }: { readonly effects: readonly Effect[] }) {
  const groups = groupEffects(effects);
  if (groups.length === 0) return <p className="text-ink-soft">It changes nothing and reads nothing.</p>;
  return (
    <ul className="flex flex-col gap-3">
      {groups.map((group) => (
        <Group key={`${group.verb} ${group.place} ${group.reversibility}`} group={group} />
      ))}
    </ul>
  );
}

function Group({ group }: { readonly group: EffectGroup }) {
  // A single object without a note is named above already.
  const lines = group.effects.length === 1 && group.objects === group.effects[0]!.object ? [] : group.effects;
  const shown = group.churn ? [] : lines.slice(0, OPEN);
  const folded = lines.slice(shown.length);
  const largest = group.effects[0]?.rows ?? 0;
  return (
    <li>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className={`font-medium ${TONE_TEXT[group.tone]}`}>
          <span aria-hidden className="inline-block w-4 font-mono">
            {group.sign}
          </span>
          {group.word}
        </span>
        <span>
          {group.objects} in {group.place}
        </span>
        {group.rows !== null && (
          <span className="font-medium">
            <Rows value={group.rows} />
          </span>
        )}
        {group.bytes !== null && (
          <span className="text-ink-soft">
            <Bytes value={group.bytes} />
          </span>
        )}
        {!group.churn && <ReversibilityWord of={group.reversibility} />}
      </p>
      <div className="pl-4">
        {shown.length > 0 && <Lines effects={shown} largest={largest} />}
        {folded.length > 0 && (
          <details>
            <summary className="py-0.5 text-ink-soft hover:text-ink">
              {shown.length > 0 ? `${folded.length} more` : formatNoun(folded.length, "entry", "entries")}
            </summary>
            <Lines effects={folded} largest={largest} />
          </details>
        )}
      </div>
    </li>
  );
}

function Lines({ effects, largest }: { readonly effects: readonly Effect[]; readonly largest: number }) {
  return (
    <ul>
      {effects.map((effect) => (
        <li
          key={`${effect.object} ${effect.note ?? ""}`}
          className="flex flex-wrap items-center gap-x-3 py-0.5"
        >
          <code className="min-w-0 break-all">{effect.object}</code>
          {effect.note !== undefined && <span className="text-ink-soft">{effect.note}</span>}
          {effect.rows !== null && effects.length > 1 && (
            <span className="ml-auto flex items-center gap-3">
              {largest > 0 && (
                <span className="hidden w-24 sm:block">
                  <Meter label={`${effect.object}, share of the largest`} value={effect.rows} of={largest} />
                </span>
              )}
              <span className="w-20 text-right">
                <Rows value={effect.rows} bare />
              </span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

const REVERSIBILITY: Readonly<Record<Reversibility, { readonly word: string; readonly means: string }>> = {
  reversible: { word: "reversible", means: "Can be set back to what it was." },
  compensating: {
    word: "can be compensated",
    means: "Cannot be unmade, but another act takes its effect away.",
  },
  irreversible: { word: "irreversible", means: "Cannot be taken back." },
};

export function ReversibilityWord({ of }: { readonly of: Reversibility }) {
  const { word, means } = REVERSIBILITY[of];
  return (
    <span
      title={means}
      className={`text-xs ${of === "irreversible" ? "font-semibold text-bad" : "text-ink-soft"}`}
    >
      {word}
    </span>
  );
}
