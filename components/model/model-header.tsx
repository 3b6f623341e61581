import type { ReactNode } from "react";
import { links } from "../links.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { TabLinks } from "../ui/tab-links.tsx";

export interface ModelHeaderProps {
  readonly platform: string;
  readonly tab: "tables" | "graph" | "references" | "file" | "versions";
  /** Suspected references that are open, where the page knows. */
  readonly suspected?: number;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The pages of a model: its tables as a list and as a graph, what is to be answered, the file and its versions. */
export function ModelHeader({ platform, tab, suspected, children, actions }: ModelHeaderProps) {
  return (
    <>
      <PageHeader
        title="Tenancy model"
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(platform), title: platform },
        ]}
        actions={actions}
      >
        {children}
      </PageHeader>
      <div className="mb-3">
        <TabLinks
          label="Pages of the model"
          tabs={[
            { title: "Tables", href: links.model(platform), current: tab === "tables" },
            { title: "Graph", href: links.modelGraph(platform), current: tab === "graph" },
            {
              title: "Suspected references",
              href: links.modelReferences(platform),
              current: tab === "references",
              count: suspected,
            },
            { title: "Platform file", href: links.modelEdit(platform), current: tab === "file" },
            { title: "Versions", href: links.modelVersions(platform), current: tab === "versions" },
          ]}
        />
      </div>
    </>
  );
}
