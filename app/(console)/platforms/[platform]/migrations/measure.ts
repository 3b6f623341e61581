/** Having a worker measure a platform's migrations, and calling it off. */
import { z } from "zod";
import type { Actor } from "../../../../../lib/access/actor.ts";
import type { Finding } from "../../../../../lib/findings/finding.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { askReplay, cancelReplay } from "../../../../../lib/operations/replays/ask.ts";
import { unreadable } from "../../../form-unreadable.ts";

type Hands = Pick<Console, "records">;

const MeasureForm = z.object({ platformId: z.uuid() });

/** Empty where it was asked for; a worker begins within seconds. */
export async function measure({ records }: Hands, actor: Actor, form: FormData): Promise<readonly Finding[]> {
  const parsed = MeasureForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return [unreadable()];
  const answer = await askReplay(records, actor, parsed.data);
  return answer.ok ? [] : answer.findings;
}

const CallOffForm = z.object({ replayId: z.uuid() });

/** Empty where it was called off. */
export async function callOff({ records }: Hands, actor: Actor, form: FormData): Promise<readonly Finding[]> {
  const parsed = CallOffForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return [unreadable()];
  const answer = await cancelReplay(records, actor, parsed.data.replayId);
  return answer.ok ? [] : answer.findings;
}
