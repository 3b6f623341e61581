/** The console's pages, and how long its server takes over each: from the request to the page's last byte. */
import { links } from "../../components/links.ts";
import { timed } from "./rounds.ts";

export interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  /** On it when it is what it should be: a page that shows nothing is the fastest. */
  readonly shows: string;
}

export interface Places {
  readonly platform: string;
  readonly database: string;
  /** By key: one among ten thousand, and one that the platform has. */
  readonly tenant: string;
  readonly realTenant: string;
  readonly succeeded: string;
  readonly inReview: string;
  readonly bundle: string;
}

/** An entry's moment in the middle of the trail. */
export interface Middle {
  readonly at: Date;
  readonly id: string;
}

export function consolePages(at: Places, middle: Middle): readonly MeasuredPage[] {
  const page = (name: string, path: string, shows: string): MeasuredPage => ({ name, path, shows });
  const { platform } = at;
  return [
    page("overview", links.overview(), "Wait for your review"),
    page("platforms", links.platforms(), platform),
    page("platform", links.platform(platform), at.database),
    page("database", links.database(platform, at.database), at.database),
    page("tenants", links.tenants(platform), "tenant-00001"),
    page("tenants, by size", links.tenants(platform, { sort: "-bytes" }), "tenant-"),
    page("tenants, page 180", links.tenants(platform, { page: 180 }), "tenant-"),
    page("tenants, searched", links.tenants(platform, { q: "09876" }), "tenant-09876"),
    page("tenant", links.tenant(platform, at.tenant), "Tenant No."),
    page("tenant, real", links.tenant(platform, at.realTenant), "saltmarsh"),
    page("operations", links.operations(), "tenant-"),
    page("operations, page 1900", links.operations({ page: 1900 }), "tenant-"),
    page("operations, failed", links.operations({ state: "failed" }), "tenant-"),
    page("operations of a tenant", links.operations({ tenant: at.tenant }), "tenant-"),
    page("operation, done", links.operation(at.succeeded), at.succeeded),
    page("operation, in review", links.operation(at.inReview), at.inReview),
    page("review", links.operationReview(at.inReview), "rollback"),
    page("new operation", links.newOperation(), "Export"),
    page("reviews", links.reviews(), "Suspend"),
    page("notices", links.notices(), "tenant-"),
    page("bundles", links.bundles(), "tenant-"),
    page("bundles, by size", links.bundles({ sort: "-bytes" }), "tenant-"),
    page("bundles, page 300", links.bundles({ page: 300 }), "tenant-"),
    page("bundle", links.bundle(at.bundle), "saltmarsh"),
    page("bundle's rows", links.bundleRows(at.bundle), "public."),
    page("upload", links.bundleUpload(), "Upload"),
    page("audit", links.audit(), "Person No."),
    page(
      "audit, in the middle",
      links.audit({ before: `${middle.at.toISOString()}_${middle.id}` }),
      "Person No.",
    ),
    page("audit, by person", links.audit({ q: "Person No. 7" }), "Person No. 7"),
    page("audit, by action", links.audit({ action: "operation.approved" }), "Person No."),
    page("audit, a rare topic", links.audit({ action: "signing-key" }), "Audit"),
    page("audit, of an operation", links.audit({ operation: at.succeeded }), "Person No."),
    page("model", links.model(platform), "public."),
    page("model's graph", links.modelGraph(platform), "public."),
    page("model's references", links.modelReferences(platform), "eference"),
    page("model, edited", links.modelEdit(platform), "public."),
    page("model's versions", links.modelVersions(platform), "ersion"),
    page("people", links.people(), "Person No."),
    page("policies", links.policies(), "olic"),
    page("signing keys", links.keys(), "key"),
    page("webhooks", links.webhooks(), "ebhook"),
    page("palette, a tenant", links.palette("tenant-098"), "tenant-098"),
    page("palette, an operation", links.palette(at.succeeded), at.succeeded),
  ];
}

/** Seconds of each of so many requests, one at a time. What is wrong in a sentence, where it is not the page that was meant. */
export async function timePage(
  address: string,
  cookie: string,
  { name, path, shows }: MeasuredPage,
  requests: number,
): Promise<number[] | string> {
  const seconds: number[] = [];
  // The first one compiles and connects, and is not counted.
  for (let request = 0; request <= requests; request++) {
    let text = "";
    let status = 0;
    const took = await timed(async () => {
      const answer = await fetch(address + path, { headers: { Cookie: cookie }, redirect: "manual" });
      status = answer.status;
      text = await answer.text();
    });
    if (status !== 200) return `${name} (${path}) answered ${status}`;
    if (!text.includes(shows)) return `${name} (${path}) does not show “${shows}”`;
    if (request > 0) seconds.push(took);
  }
  return seconds;
}
