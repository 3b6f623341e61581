import { PERSONAL_MINUTES } from "../../lib/operations/effects/shown.ts";
import type { EffectChoices } from "../../lib/queries/effect-choices.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Panel } from "../ui/panel.tsx";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { formatUtc } from "../ui/when.ts";
import { STATE_TONES, STATE_WORDS } from "./effect.model.ts";
import { EffectForm } from "./effect-form.tsx";

/** What the migration does to one tenant's rows: what has been seen of it, and the way to see it. */
export function EffectPanel({ choices }: { readonly choices: EffectChoices }) {
  const { platform, version, bundles, until, recent, mayAsk } = choices;
  return (
    <Panel title="What it does to a tenant's rows" id="effect">
      <div className="flex flex-col gap-3">
        <p className="text-ink-soft">
          A worker loads a bundle's rows on a throwaway server at the version before, runs the migration over
          them, and says which rows and values are others afterwards. No database of the platform is touched.
        </p>
        {recent.entries.length > 0 && (
          <ul className="flex flex-col gap-1">
            {recent.entries.map(({ id, state, to, tenantSlug, bundle, requestedBy, at }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-2">
                <Status tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Status>
                <Link href={links.effect(id)} className="link break-all">
                  {`On ${tenantSlug ?? bundle}${to === version ? "" : `, up to ${to}`}`}
                </Link>
                <span className="text-ink-soft">
                  {requestedBy}, <Age at={at} />
                </span>
              </li>
            ))}
            {recent.total > recent.entries.length && (
              <li className="text-ink-soft">and {recent.total - recent.entries.length} earlier ones</li>
            )}
          </ul>
        )}
        {bundles.length === 0 ? (
          <p className="text-ink-soft">
            No bundle of this platform is of a version before it: there are no rows to try it on.
          </p>
        ) : mayAsk ? (
          <EffectForm
            platformId={platform.id}
            version={version}
            bundles={bundles.map(({ id, name, tenantSlug, schemaVersion, at }) => ({
              value: id,
              label: `${tenantSlug ?? name}, version ${schemaVersion ?? "unknown"}, ${formatUtc(at)}`,
            }))}
            until={until.map((each) => ({ value: each, label: each === version ? `${each}, alone` : each }))}
            mayAskForPersonal={choices.mayAskForPersonal}
            minutes={PERSONAL_MINUTES}
          />
        ) : (
          <p className="text-ink-soft">An operator can try it.</p>
        )}
      </div>
    </Panel>
  );
}
