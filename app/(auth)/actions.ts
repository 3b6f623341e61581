"use server";
import { redirect } from "next/navigation";
import { AuthError } from "next-auth";
import { z } from "zod";
import { links } from "../../components/links.ts";
import { OIDC, SignInRefused } from "../../lib/access/auth.config.ts";
import { signIn, signOut } from "../../lib/access/auth.ts";
import { ASK_AGAIN } from "../../lib/access/confirm-person.ts";
import { safeNext } from "../../lib/access/next-page.ts";
import { changeOwnPassword, signOutEverywhere } from "../../lib/access/own-account.ts";
import { findByEmail } from "../../lib/access/person-records.ts";
import { currentSession } from "../../lib/access/session.ts";
import { TOO_MANY_ATTEMPTS, WRONG_CREDENTIALS } from "../../lib/access/sign-in.ts";
import { processRecords } from "../../lib/records/process.ts";
import type { ChangePasswordState, SignInState } from "./form-states.ts";

const SignInForm = z.object({
  email: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(320),
  next: z.string().optional(),
});

/** Signs in with e-mail and password, and goes on to the page that was asked for. */
export async function signInAction(_state: SignInState, form: FormData): Promise<SignInState> {
  const email = String(form.get("email") ?? "").slice(0, 320);
  const parsed = SignInForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { email, findings: [WRONG_CREDENTIALS] };
  try {
    await signIn("credentials", { email, password: parsed.data.password, redirect: false });
  } catch (error) {
    if (error instanceof SignInRefused && error.code === TOO_MANY_ATTEMPTS.code) {
      return { email, findings: [TOO_MANY_ATTEMPTS] };
    }
    if (error instanceof AuthError && error.type === "CredentialsSignin") {
      return { email, findings: [WRONG_CREDENTIALS] };
    }
    throw error;
  }
  const person = await findByEmail(processRecords(), email);
  redirect(person?.mustChangePassword ? links.changePassword() : safeNext(parsed.data.next));
}

/** Sends the person to the OIDC provider; asks it for a new sign-in, not for one that it remembers. */
export async function signInWithProviderAction(form: FormData): Promise<void> {
  const again = form.get("again") === "1";
  await signIn(OIDC, { redirectTo: safeNext(form.get("next")) }, again ? ASK_AGAIN : {});
}

const PasswordForm = z.object({ current: z.string(), next: z.string(), repeated: z.string() });

/** Changes the signed-in person's password; their other sessions end, this one goes on. */
export async function changePasswordAction(
  _state: ChangePasswordState,
  form: FormData,
): Promise<ChangePasswordState> {
  const session = await currentSession();
  if (session.state === "signed-out") redirect(links.signIn());
  const parsed = PasswordForm.safeParse(Object.fromEntries(form));
  if (!parsed.success || parsed.data.next !== parsed.data.repeated) {
    return {
      findings: [
        {
          code: "passwords-differ",
          severity: "blocks",
          where: "new password",
          what: "The new password is not the same both times.",
          todo: "Type it again.",
        },
      ],
    };
  }
  const { current, next } = parsed.data;
  const changed = await changeOwnPassword(processRecords(), session.actor, { current, next });
  if (!changed.ok) return { findings: changed.findings };
  // Its cookie is of the epoch that has just ended.
  await signIn("credentials", { email: session.actor.email, password: next, redirect: false });
  redirect(links.overview());
}

/** Ends this session. */
export async function signOutAction(): Promise<void> {
  await signOut({ redirect: false });
  redirect(links.signIn());
}

/** Ends all sessions of the person, on every machine. */
export async function signOutEverywhereAction(): Promise<void> {
  const session = await currentSession();
  if (session.state !== "signed-out") await signOutEverywhere(processRecords(), session.actor);
  await signOut({ redirect: false });
  redirect(links.signIn());
}
