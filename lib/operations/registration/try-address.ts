/** What a form asks before anything is registered: does the address work, and what would be looked after there? */
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { endpointOf } from "./address.ts";
import { type RootCandidate, rootCandidates, suggestPlatformFile } from "./discover.ts";
import { lookAt } from "./look.ts";

export interface Discovery {
  readonly endpoint: string;
  readonly server: string;
  readonly role: string;
  readonly tables: number;
  readonly candidates: readonly RootCandidate[];
  /** A platform file to begin with; null where no table looks like a tenant's. */
  readonly text: string | null;
  /** What the model over that file still asks, the same findings as `tenantry check`. */
  readonly findings: readonly Finding[];
}

/**
 * Connects, reads the catalog and suggests a platform file. Stores nothing.
 *
 * @param root the root table that a person chose; the likeliest when left out
 */
export async function discoverPlatform(
  actor: Pick<Actor, "permissions">,
  request: { readonly url: string; readonly name: string; readonly root?: string },
): Promise<Answer<{ discovery: Discovery }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  try {
    const endpoint = endpointOf(request.url.trim());
    const { catalog } = await lookAt(request.url.trim(), endpoint);
    const candidates = rootCandidates(catalog);
    const root = catalog.tables.has(request.root ?? "") ? request.root : candidates[0]?.table;
    const text = root === undefined ? null : suggestPlatformFile(catalog, request.name, root);
    return {
      ok: true,
      discovery: {
        endpoint,
        server: catalog.server.version,
        role: catalog.role.name,
        tables: catalog.tables.size,
        candidates,
        text,
        findings: text === null ? [] : findingsOver(catalog, text),
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return refuse(...error.findings);
    throw error;
  }
}

function findingsOver(catalog: Parameters<typeof deriveModel>[0], text: string): readonly Finding[] {
  const { file, findings } = readPlatformFile(text, "platform.yaml");
  return file === null || blocks(findings) ? findings : deriveModel(catalog, file).findings;
}
