import { redirect } from "next/navigation";
import { links } from "../../../components/links.ts";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { readAccessConfig } from "../../../lib/access/config.ts";
import { safeNext } from "../../../lib/access/next-page.ts";
import { currentSession } from "../../../lib/access/session.ts";
import { signInWithProviderAction } from "../actions.ts";
import { Refusal } from "../refusal.tsx";
import { signInError } from "./sign-in-errors.model.ts";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata = { title: "Sign in" };

interface Props {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SignInPage({ searchParams }: Props) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const again = query.again === "1";
  const session = await currentSession();
  if (session.state === "must-change") redirect(links.changePassword());
  if (session.state === "signed-in" && !again) redirect(next);
  const { oidc } = readAccessConfig();
  const error = signInError(query.error);
  return (
    <>
      <h1 className="text-xl font-semibold">{again ? "Sign in again to go on" : "Sign in"}</h1>
      {error !== null && <Refusal findings={[error]} />}
      {oidc !== null && (
        <>
          <form action={signInWithProviderAction} className="flex flex-col">
            <input type="hidden" name="next" value={next} />
            {again && <input type="hidden" name="again" value="1" />}
            <SubmitButton>Sign in with {new URL(oidc.issuer).hostname}</SubmitButton>
          </form>
          <p className="text-ink-soft">or with a password of this console:</p>
        </>
      )}
      <SignInForm next={next} email={session.state === "signed-in" ? session.actor.email : ""} />
      <p className="text-ink-soft">
        No account, or the password is lost? An admin creates people and makes new passwords under Settings,
        People.
      </p>
    </>
  );
}
