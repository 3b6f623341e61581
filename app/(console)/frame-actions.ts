"use server";
/** What the frame around every page can do. */
import { revalidatePath } from "next/cache";
import { cookies } from "next/headers";
import { z } from "zod";
import type { BrakeState } from "../../components/frame/brake.tsx";
import { isTheme, THEME_COOKIE } from "../../components/frame/theme.ts";
import { requireActor } from "../../lib/access/session.ts";
import { setBrake } from "../../lib/engine/brake.ts";
import { getConsole } from "../../lib/operations/console.ts";

const YEAR_S = 31_536_000;

/** Keeps the chosen theme in a cookie; nothing else knows of it. */
export async function chooseTheme(form: FormData): Promise<void> {
  const theme = form.get("theme");
  if (!isTheme(theme)) return;
  const jar = await cookies();
  jar.set(THEME_COOKIE, theme, { path: "/", maxAge: YEAR_S, sameSite: "lax", httpOnly: true });
}

const BrakeForm = z.object({ on: z.enum(["true", "false"]), reason: z.string().max(500).default("") });

/** Pulls or releases the brake. The engine authorises, and records who and why. */
export async function switchBrake(_: BrakeState, form: FormData): Promise<BrakeState> {
  const actor = await requireActor();
  const parsed = BrakeForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { findings: [unreadable()] };
  const { engine } = await getConsole();
  const { on, reason } = parsed.data;
  const answer = await setBrake(engine, actor, { on: on === "true", reason });
  if (!answer.ok) return { findings: answer.findings };
  revalidatePath("/", "layout");
  return {};
}

function unreadable() {
  return {
    code: "form-unreadable",
    severity: "blocks",
    where: "brake",
    what: "The form did not say whether to pull the brake or to release it.",
    todo: "Load the page again, then use the switch once more.",
  } as const;
}
