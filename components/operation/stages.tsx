import { Circle, CircleCheck, CircleDot, CircleMinus, type LucideIcon, OctagonX } from "lucide-react";
import { TONE_TEXT, type Tone } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import type { Stage } from "./stages.model.ts";

const LOOK: Readonly<
  Record<Stage["state"], { readonly icon: LucideIcon; readonly tone: Tone; readonly word: string }>
> = {
  done: { icon: CircleCheck, tone: "ok", word: "done" },
  now: { icon: CircleDot, tone: "live", word: "now" },
  waiting: { icon: Circle, tone: "idle", word: "to come" },
  stopped: { icon: OctagonX, tone: "bad", word: "stopped" },
  skipped: { icon: CircleMinus, tone: "idle", word: "skipped" },
};

/** From the plan to the end: where it is, since when, and what for. */
export function Stages({ stages }: { readonly stages: readonly Stage[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {stages.map((stage) => {
        const { icon: Icon, tone, word } = LOOK[stage.state];
        return (
          <li
            key={stage.name}
            className="flex gap-2"
            aria-current={stage.state === "now" ? "step" : undefined}
          >
            <Icon aria-hidden className={`mt-[3px] size-3.5 shrink-0 ${TONE_TEXT[tone]}`} />
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{stage.title}</span>
                <span className={`text-xs ${TONE_TEXT[tone]}`}>{word}</span>
                {stage.at !== null && (
                  <span className="text-xs text-ink-soft">
                    <Time at={stage.at} />
                  </span>
                )}
              </p>
              {stage.detail !== null && <p className="text-ink-soft">{stage.detail}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
