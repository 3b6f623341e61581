import type { ExceptionView } from "../../lib/queries/policy-exceptions.ts";
import { links } from "../links.ts";
import { exceptionInWords } from "../policy/exception.model.ts";
import { Banner } from "../ui/banner.tsx";
import { Link } from "../ui/link.tsx";
import { Age } from "../ui/time.tsx";

/** The policy would have had it otherwise: what was excepted, why, and who answers for it. */
export function ExceptionBanner({ exceptions }: { readonly exceptions: readonly ExceptionView[] }) {
  if (exceptions.length === 0) return null;
  return (
    <Banner tone="warn" className="mb-3">
      {exceptions.map((exception) => (
        <div key={exception.id}>
          <p className="font-semibold">
            By exception from the{" "}
            <Link href={links.policies()} className="link">
              policy
            </Link>
            : {exceptionInWords(exception)}
          </p>
          <p className="break-words text-ink">“{exception.reason}”</p>
          <p className="text-ink">
            {exception.owner} answers for it; it{" "}
            {exception.inForce ? (
              <>
                ends <Age at={exception.expiresAt} />
              </>
            ) : (
              <>
                has ended <Age at={exception.endedAt ?? exception.expiresAt} />
              </>
            )}
            .
          </p>
        </div>
      ))}
    </Banner>
  );
}
