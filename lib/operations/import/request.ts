/** From an operation's input to the library's request for an import. */
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { ImportRequest } from "../../rows/import/request.ts";
import { trustedKeys } from "../signer.ts";
import type { ImportInput } from "./input.ts";

export async function importRequest(
  context: Pick<PlanContext, "records" | "platform">,
  input: ImportInput,
  source: BundleSource,
  more: Pick<ImportRequest, "url" | "sha256" | "journal" | "role">,
): Promise<ImportRequest> {
  return {
    source,
    platform: context.platform.file,
    ids: input.ids,
    newSlug: input.newSlug,
    newKey: input.newKey,
    newDomains: new Map(Object.entries(input.newDomains)),
    trust: await trustedKeys(context.records),
    // The engine asks for the review.
    unreviewed: true,
    ...more,
  };
}
