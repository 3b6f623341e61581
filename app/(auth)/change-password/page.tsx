import { redirect } from "next/navigation";
import { links } from "../../../components/links.ts";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { currentSession } from "../../../lib/access/session.ts";
import { signOutAction } from "../actions.ts";
import { ChangePasswordForm } from "./change-password-form.tsx";

export const metadata = { title: "Change password" };

export default async function ChangePasswordPage() {
  const session = await currentSession();
  if (session.state === "signed-out") redirect(links.signIn());
  return (
    <>
      <h1 className="text-xl font-semibold">Change your password</h1>
      <p className="text-ink-soft">
        {session.state === "must-change"
          ? "You have signed in with a generated password, which others may have seen. Choose your own to go on."
          : "Your sessions on other machines end with the change."}
      </p>
      <ChangePasswordForm email={session.actor.email} />
      <form action={signOutAction}>
        <SubmitButton variant="ghost" size="sm">
          Sign out
        </SubmitButton>
      </form>
    </>
  );
}
