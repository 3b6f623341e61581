/** The flags for an import beside the original, where its slug or its domains are taken. Pure. */
import type { ImportPlan } from "../../../lib/rows/import/plan-import.ts";
import type { ImportRequest } from "../../../lib/rows/import/request.ts";
import { shellWord } from "../../cli/arguments.ts";

/**
 * The flags that were given and those that are missing, with names to be changed to taste; null where other names
 * would not help.
 */
export function otherNames(
  { manifest, findings }: Pick<ImportPlan, "manifest" | "findings">,
  given: Pick<ImportRequest, "newSlug" | "newDomains">,
): string | null {
  const taken = (code: string) => findings.some((finding) => finding.code === code);
  // The tenant itself is there, and its ids were to be kept.
  if (taken("tenant-exists")) return null;
  if (!taken("slug-taken") && !taken("domain-taken")) return null;
  const { slug, domains } = manifest.tenant;
  const newSlug = taken("slug-taken") ? `${slug}-copy` : given.newSlug;
  const newDomains = domains.flatMap((domain) => {
    const known = given.newDomains?.get(domain);
    if (known !== undefined) return [[domain, known]];
    return taken("domain-taken") ? [[domain, `copy.${domain}`]] : [];
  });
  return [
    ...(newSlug === undefined ? [] : ["--new-slug", newSlug]),
    ...newDomains.flatMap(([domain, name]) => ["--new-domain", `${domain}=${name}`]),
  ]
    .map(shellWord)
    .join(" ");
}
