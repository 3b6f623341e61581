import type { BundleNews } from "../../lib/queries/overview-bundles.ts";
import type { CoverageNews } from "../../lib/queries/overview-coverage.ts";
import type { DrillNews } from "../../lib/queries/overview-drills.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { formatCount, formatNoun } from "../ui/quantities.ts";
import { Bytes } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { Attention, AttentionLine } from "./attention.tsx";

/** Bundles whose file is not what the records say, and those that are about to go. */
export function OverviewBundles({ news }: { readonly news: BundleNews }) {
  const { broken, expiring } = news;
  return (
    <>
      <Attention
        id="broken"
        title="Bundles that are not usable"
        total={broken.total}
        shown={broken.entries.length}
        more={links.bundles({ state: "missing" })}
      >
        {broken.entries.map((line) => (
          <AttentionLine
            key={line.id}
            href={links.bundle(line.id)}
            title={line.name}
            state={<Status tone="bad">{line.state}</Status>}
          >
            {line.tenant} · made <Age at={line.createdAt} />
          </AttentionLine>
        ))}
      </Attention>
      <Attention
        id="expiring"
        title="Bundles that expire within a week"
        total={expiring.total}
        shown={expiring.entries.length}
        more={links.bundles({ state: "ready" })}
      >
        {expiring.entries.map((line) => (
          <AttentionLine key={line.id} href={links.bundle(line.id)} title={line.name}>
            {line.tenant} · <Bytes value={line.bytes} /> ·{" "}
            {line.expiresAt !== null && <Age at={line.expiresAt} />}
          </AttentionLine>
        ))}
      </Attention>
    </>
  );
}

/** Tenants whose bundles have not been proved for longer than the policy says. */
export function OverviewDrills({ news: { drillsOverdue } }: { readonly news: DrillNews }) {
  return (
    <Attention
      id="drills"
      title="Drills overdue"
      total={drillsOverdue.total}
      shown={drillsOverdue.entries.length}
      more={links.operations({ kind: "drill" })}
    >
      {drillsOverdue.entries.map((line) => (
        <AttentionLine
          key={`${line.platform} ${line.tenantKey}`}
          href={links.bundle(line.bundleId)}
          title={line.tenant}
          state={line.obstacle !== null && <Status tone="bad">refused</Status>}
        >
          {line.obstacle !== null && <span className="block">{line.obstacle}</span>}
          {line.passedAt === null ? (
            "never passed"
          ) : (
            <>
              passed <Age at={line.passedAt} />
            </>
          )}{" "}
          · due <Age at={line.dueAt} />
          {line.operationId !== null && (
            <>
              {" · "}
              <Link href={links.operation(line.operationId)} className="link">
                the last try
              </Link>
            </>
          )}
        </AttentionLine>
      ))}
    </Attention>
  );
}

/** Databases whose last look found something that blocks or warns. */
export function OverviewCoverage({ news }: { readonly news: readonly CoverageNews[] }) {
  return (
    <Attention
      id="coverage"
      title="Databases with findings"
      total={news.length}
      shown={news.length}
      more={links.platforms()}
    >
      {news.map((line) => (
        <AttentionLine
          key={`${line.platform} ${line.database}`}
          href={links.platform(line.platform)}
          title={`${line.platform} · ${line.database}`}
          state={
            <span className="flex gap-3">
              {line.blocks > 0 && <Status tone="bad">{formatCount(line.blocks)} blocking</Status>}
              {line.warns > 0 && <Status tone="warn">{formatNoun(line.warns, "warning", "warnings")}</Status>}
            </span>
          }
        >
          {line.lookedAt !== null && (
            <>
              looked at <Age at={line.lookedAt} />
            </>
          )}
        </AttentionLine>
      ))}
    </Attention>
  );
}
