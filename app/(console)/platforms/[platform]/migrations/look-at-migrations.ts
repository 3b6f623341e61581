/** Having a worker look at a platform's migrations. */
import { z } from "zod";
import type { Actor } from "../../../../../lib/access/actor.ts";
import type { Finding } from "../../../../../lib/findings/finding.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { askSurvey } from "../../../../../lib/operations/migrations/due.ts";
import { unreadable } from "../../../form-unreadable.ts";

const Form = z.object({ platform: z.string().min(1).max(200) });

/** Empty where it was asked for; a worker looks within seconds. */
export async function lookAtMigrations(
  { records }: Pick<Console, "records">,
  actor: Actor,
  form: FormData,
): Promise<readonly Finding[]> {
  const parsed = Form.safeParse(Object.fromEntries(form));
  if (!parsed.success) return [unreadable()];
  const answer = await askSurvey(records, actor, parsed.data);
  return answer.ok ? [] : answer.findings;
}
