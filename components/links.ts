/**
 * Every address of the console, built in one place: a route that moves is moved here. links.test.ts looks through
 * the source for addresses built by hand.
 */

/** A list's state in its address: what is undefined, empty or the default (null) stays out of it. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** `path?a=1&b=x`, in the order given; values encoded, empty ones left out. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

const platform = (name: string) => `/platforms/${encodeURIComponent(name)}`;

/** What a request form begins with; kind, database and tenant are picked, never defaulted silently. */
export interface NewOperation {
  readonly kind?: string;
  /** The registered database's id. */
  readonly database?: string;
  /** The tenant's key. */
  readonly tenant?: string;
  /** The bundle's id. */
  readonly bundle?: string;
}

export const links = {
  overview: () => "/",
  /** `again`: asks for a new sign-in of somebody who is signed in. */
  signIn: (query: { readonly next?: string; readonly again?: boolean } = {}) =>
    withQuery("/sign-in", { again: query.again ? 1 : null, next: query.next }),
  changePassword: () => "/change-password",

  platforms: () => "/platforms",
  newPlatform: () => "/platforms/new",
  platform,
  deregister: (name: string) => `${platform(name)}/deregister`,
  newDatabase: (name: string) => `${platform(name)}/databases/new`,
  /** A registered database by its name. */
  database: (name: string, database: string) => `${platform(name)}/databases/${encodeURIComponent(database)}`,
  model: (name: string, query?: Query) => withQuery(`${platform(name)}/model`, query),
  modelGraph: (name: string, query?: Query) => withQuery(`${platform(name)}/model/graph`, query),
  modelReferences: (name: string, query?: Query) => withQuery(`${platform(name)}/model/references`, query),
  /** `edit` holds one change as JSON; the page shows what it comes to. */
  modelEdit: (name: string, query?: Query) => withQuery(`${platform(name)}/model/edit`, query),
  modelVersions: (name: string, query?: Query) => withQuery(`${platform(name)}/model/versions`, query),
  migrations: (name: string, query?: Query) => withQuery(`${platform(name)}/migrations`, query),
  /** One migration by its version. */
  migration: (name: string, version: string) => `${platform(name)}/migrations/${encodeURIComponent(version)}`,
  platformFile: (name: string, query?: Query) =>
    withQuery(`/api/platforms/${encodeURIComponent(name)}/file`, query),
  /** The schema between two versions, `from` and `to`. */
  schema: (name: string, query?: Query) => withQuery(`${platform(name)}/schema`, query),
  tenants: (name: string, query?: Query) => withQuery(`${platform(name)}/tenants`, query),
  /** `database` by name, where a key is in more than one. */
  tenant: (name: string, key: string, query?: { readonly database?: string }) =>
    withQuery(`${platform(name)}/tenants/${encodeURIComponent(key)}`, query),

  operations: (query?: Query) => withQuery("/operations", query),
  newOperation: (query: NewOperation = {}) => withQuery("/operations/new", { ...query }),
  operation: (id: string, query?: Query) => withQuery(`/operations/${encodeURIComponent(id)}`, query),
  operationReview: (id: string) => `/operations/${encodeURIComponent(id)}/review`,
  /** A certificate of erasure, to be read and printed. */
  certificate: (id: string) => `/certificates/${encodeURIComponent(id)}`,
  certificateFile: (id: string) => `/api/certificates/${encodeURIComponent(id)}`,
  operationEvents: (id: string) => `/api/operations/${encodeURIComponent(id)}/events`,
  notices: () => "/notices",
  reviews: (query?: Query) => withQuery("/reviews", query),

  bundles: (query?: Query) => withQuery("/bundles", query),
  bundle: (id: string, query?: Query) => withQuery(`/bundles/${encodeURIComponent(id)}`, query),
  bundleRows: (id: string, query?: { readonly table?: string; readonly page?: number | null }) =>
    withQuery(`/bundles/${encodeURIComponent(id)}/rows`, query),
  /** What a bundle is to be compared with. */
  bundleCompare: (id: string) => `/bundles/${encodeURIComponent(id)}/compare`,
  /** `table` by its qualified name: the one whose rows are shown. */
  /** What migrations do to one tenant's rows. */
  effect: (id: string, query?: { readonly table?: string }) =>
    withQuery(`/effects/${encodeURIComponent(id)}`, query),
  comparison: (id: string, query?: { readonly table?: string }) =>
    withQuery(`/comparisons/${encodeURIComponent(id)}`, query),
  bundleManifest: (id: string) => `/api/bundles/${encodeURIComponent(id)}/manifest`,
  bundleUpload: (query?: { readonly upload?: string }) => withQuery("/bundles/upload", query),
  /** Where the form of that page is posted to. */
  bundleUploadFile: () => "/api/bundles/upload",
  /** Where a download begins: why, and then its link. */
  bundleDownload: (id: string, query?: { readonly link?: string }) =>
    withQuery(`/bundles/${encodeURIComponent(id)}/download`, query),
  /** `link` is what that page has made. */
  bundleFile: (id: string, query?: { readonly link?: string }) =>
    withQuery(`/api/bundles/${encodeURIComponent(id)}/file`, query),
  /** What is made of it for the tenant's own people, by the same link. */
  bundlePackage: (id: string, query: { readonly link?: string; readonly format: "csv" | "jsonl" }) =>
    withQuery(`/api/bundles/${encodeURIComponent(id)}/package`, query),

  audit: (query?: Query) => withQuery("/audit", query),
  auditFile: (format: "csv" | "jsonl", query?: Query) => withQuery("/api/audit/export", { format, ...query }),
  people: (query?: Query) => withQuery("/settings/people", query),
  settings: () => "/settings",
  policies: (query?: { readonly platform?: string }) => withQuery("/settings/policies", query),
  keys: () => "/settings/keys",
  publicKey: (keyId: string) => `/api/keys/${encodeURIComponent(keyId)}`,
  webhooks: () => "/settings/webhooks",

  palette: (query: string) => withQuery("/api/palette", { q: query }),
} as const;
