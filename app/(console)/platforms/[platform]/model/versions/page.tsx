import type { Metadata } from "next";
import { lineCounts } from "../../../../../../components/diff/line-diff.model.ts";
import { LineDiff } from "../../../../../../components/diff/line-diff.tsx";
import { links } from "../../../../../../components/links.ts";
import { ModelHeader } from "../../../../../../components/model/model-header.tsx";
import { ModelPreview } from "../../../../../../components/model/model-preview.tsx";
import { Badge } from "../../../../../../components/ui/badge.tsx";
import { Banner } from "../../../../../../components/ui/banner.tsx";
import { ButtonLink } from "../../../../../../components/ui/button.tsx";
import { Link } from "../../../../../../components/ui/link.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../../../../../../components/ui/table.tsx";
import { Time } from "../../../../../../components/ui/time.tsx";
import { readFileVersions } from "../../../../../../lib/queries/file-versions.ts";
import type { SearchParams } from "../../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../../load-view.ts";

interface VersionsPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: VersionsPageProps): Promise<Metadata> {
  return { title: `Versions of ${decodeURIComponent((await params).platform)}'s file` };
}

/** Who changed the platform file and when; any two versions compared, in lines and in what they make of the model. */
export default async function VersionsPage({ params, searchParams }: VersionsPageProps) {
  const name = decodeURIComponent((await params).platform);
  const search = await searchParams;
  const number = (key: string) => Number(typeof search[key] === "string" ? search[key] : "") || null;
  const { view, actor } = await loadView((console, actor) =>
    readFileVersions(console, actor, name, { from: number("from"), to: number("to") }),
  );
  const { versions, current, compared } = view;
  const saved = number("saved");
  return (
    <>
      <ModelHeader platform={name} tab="versions">
        {formatNoun(versions.length, "version", "versions")}, version {current} in force
      </ModelHeader>
      <div className="flex flex-col gap-3">
        {saved === current && (
          <Banner tone="ok">
            Version {saved} is in force. Plans made before are compared with it when they run.
          </Banner>
        )}
        <div className="rounded-lg border bg-surface">
          <Table label="Versions of the platform file">
            <TableHead>
              <Th numeric>Version</Th>
              <Th>Saved</Th>
              <Th>By</Th>
              <Th>Lines</Th>
              <Th>Compare and bring back</Th>
            </TableHead>
            <TableBody>
              {versions.map((version, index) => {
                const former = versions[index + 1];
                const lines = former === undefined ? null : lineCounts(former.text, version.text);
                return (
                  <TableRow key={version.version}>
                    <Td numeric>
                      {version.version} {version.version === current && <Badge>in force</Badge>}
                    </Td>
                    <Td>
                      <Time at={version.savedAt} />
                    </Td>
                    <Td>{version.savedBy ?? "the first start"}</Td>
                    <Td className="text-ink-soft">
                      {lines === null ? "the first" : `+${lines.added} −${lines.removed}`}
                    </Td>
                    <Td>
                      <span className="flex flex-wrap gap-x-3">
                        {former !== undefined && (
                          <Link
                            className="link"
                            href={links.modelVersions(name, { from: former.version, to: version.version })}
                          >
                            what it changed<span className="sr-only">: version {version.version}</span>
                          </Link>
                        )}
                        {version.version !== current && (
                          <Link
                            className="link"
                            href={links.modelVersions(name, { from: version.version, to: current })}
                          >
                            against now<span className="sr-only">: version {version.version}</span>
                          </Link>
                        )}
                        {version.version !== current && actor.permissions.has("change:model") && (
                          <Link className="link" href={links.modelEdit(name, { restore: version.version })}>
                            bring back…<span className="sr-only"> version {version.version}</span>
                          </Link>
                        )}
                        <a className="link" href={links.platformFile(name, { version: version.version })}>
                          download<span className="sr-only"> version {version.version}</span>
                        </a>
                      </span>
                    </Td>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </div>
        {compared !== null && (
          <section aria-labelledby="compared" className="flex flex-col gap-3">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h2 id="compared" className="text-lg font-semibold">
                Version {compared.from} to version {compared.to}
              </h2>
              <ButtonLink href={links.modelVersions(name)} size="sm">
                Close
              </ButtonLink>
            </div>
            <div className="grid items-start gap-3 *:min-w-0 lg:grid-cols-2">
              <Panel title="Lines">
                <LineDiff before={compared.before} after={compared.after} />
              </Panel>
              <ModelPreview preview={compared.preview} changed={compared.before !== compared.after} />
            </div>
          </section>
        )}
      </div>
    </>
  );
}
