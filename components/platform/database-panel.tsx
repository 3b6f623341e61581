import type { DatabaseHealth } from "../../lib/operations/health/database-health.ts";
import type { DatabaseView } from "../../lib/queries/platform-health.ts";
import { links } from "../links.ts";
import { ButtonLink } from "../ui/button.tsx";
import { type Fact, Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Link } from "../ui/link.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatBytes, formatDuration, formatNoun } from "../ui/quantities.ts";
import { Bytes } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { LookAgain } from "./look-again.tsx";
import { healthLook, roleRights } from "./platform.model.ts";

export interface DatabasePanelProps {
  readonly platform: string;
  readonly database: DatabaseView;
  readonly mayLook: boolean;
  readonly mayEdit: boolean;
}

/** One database: how it is, what its roles may do, what it holds. */
export function DatabasePanel({ platform, database, mayLook, mayEdit }: DatabasePanelProps) {
  const { health, healthAt } = database;
  const { tone, word } = healthLook(health, healthAt, Date.now());
  return (
    <Panel
      title={database.name}
      aside={
        <div className="flex flex-wrap items-start justify-end gap-2">
          {mayEdit && (
            <ButtonLink href={links.database(platform, database.name)} size="sm">
              Edit<span className="sr-only"> {database.name}</span>
            </ButtonLink>
          )}
          {mayLook && <LookAgain databaseId={database.id} name={database.name} />}
        </div>
      }
    >
      <Facts
        facts={[
          {
            label: "Health",
            value: (
              <>
                <Status tone={tone}>{word}</Status>
                {healthAt !== null && (
                  <span className="text-ink-soft">
                    {" "}
                    · looked <Age at={healthAt} />
                  </span>
                )}
                {health !== null && !health.reachable && <NotReached health={health} />}
              </>
            ),
          },
          { label: "Address", value: <code className="break-all">{database.endpoint}</code> },
          ...(database.region === null ? [] : [{ label: "Region", value: database.region }]),
          {
            label: "Tenants",
            value: (
              <>
                <Link href={links.tenants(platform, { database: database.name })} className="link">
                  {formatNoun(database.tenants, "tenant", "tenants")}
                </Link>
                <span className="text-ink-soft">
                  {" "}
                  ·{" "}
                  {database.censusAt === null ? (
                    "no census yet"
                  ) : (
                    <>
                      census <Age at={database.censusAt} />
                    </>
                  )}
                </span>
              </>
            ),
          },
          ...(health === null || health.server === null ? [] : healthFacts(health)),
        ]}
      />
    </Panel>
  );
}

/** Why, and of when the facts below are. */
function NotReached({ health: { findings, reachedAt } }: { readonly health: DatabaseHealth }) {
  return (
    <>
      {findings.slice(0, 1).map(({ what, todo }) => (
        <span key={what} className="block">
          {what} <span className="text-ink-soft">{todo}</span>
        </span>
      ))}
      <span className="block text-ink-soft">
        {reachedAt === null ? (
          "It was never reached."
        ) : (
          <>
            What follows is as it was seen last, <Age at={new Date(reachedAt)} />.
          </>
        )}
      </span>
    </>
  );
}

function healthFacts(health: DatabaseHealth): readonly Fact[] {
  const { server, database, ledger, runner, planner, replication } = health;
  return [
    {
      label: "Server",
      value: `PostgreSQL ${server?.version ?? "unknown"}${server?.inRecovery ? ", a replica" : ""}`,
    },
    { label: "Size", value: <Bytes value={database?.bytes} /> },
    { label: "Runner", value: <Rights role={runner} /> },
    { label: "Planner", value: <Rights role={planner} /> },
    {
      label: "Schema",
      value:
        ledger === null ? (
          "no ledger found"
        ) : (
          <>
            <code className="break-all">{ledger.version ?? "nothing applied"}</code>
            <span className="text-ink-soft">
              {" "}
              · {ledger.tool}, {formatNoun(ledger.applied, "migration", "migrations")} ·{" "}
            </span>
            <Hash value={ledger.fingerprint} label="ledger's fingerprint" />
          </>
        ),
    },
    ...(replication.replicas.length === 0
      ? []
      : [
          {
            label: "Replicas",
            value: (
              <ul>
                {replication.replicas.map((replica) => (
                  <li key={replica.name}>
                    {replica.name} <span className="text-ink-soft">{lagOf(replica)}</span>
                  </li>
                ))}
              </ul>
            ),
          },
        ]),
  ];
}

function lagOf(replica: DatabaseHealth["replication"]["replicas"][number]): string {
  const behind = [
    replica.lagSeconds === null ? null : formatDuration(replica.lagSeconds),
    replica.lagBytes === null ? null : formatBytes(replica.lagBytes),
  ].filter((part) => part !== null);
  return behind.length === 0 ? "lag unknown" : `${behind.join(", ")} behind`;
}

function Rights({ role }: { readonly role: DatabaseHealth["runner"] }) {
  if (role === null) return "unknown";
  return (
    <>
      <code>{role.name}</code> <span className="text-ink-soft">· {roleRights(role).join(", ")}</span>
    </>
  );
}
