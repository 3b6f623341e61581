/** What needs a person now. Each part is short, says its total, and leads to where it is dealt with. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import { recordsNow } from "../records/clock.ts";
import { type BundleNews, readBundleNews } from "./overview-bundles.ts";
import { type CoverageNews, readCoverageNews } from "./overview-coverage.ts";
import { type DeletedNews, readDeletedNews } from "./overview-deleted.ts";
import { type DrillNews, readDrillNews } from "./overview-drills.ts";
import { type OperationNews, readOperationNews } from "./overview-operations.ts";
import { listPlatforms } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface OverviewView extends OperationNews, BundleNews, DrillNews, DeletedNews {
  /** Registered platforms by name. */
  readonly platforms: readonly string[];
  readonly coverage: readonly CoverageNews[];
}

/** @throws Refused */
export async function readOverview(source: Source, actor: Actor): Promise<OverviewView> {
  authorise(actor, "see");
  const now = await recordsNow(source.records);
  const [platforms, news, bundles, drills, deleted, coverage] = await Promise.all([
    listPlatforms(source),
    readOperationNews(source, actor, now),
    readBundleNews(source, now),
    readDrillNews(source),
    readDeletedNews(source),
    readCoverageNews(source),
  ]);
  return { platforms, ...news, ...bundles, ...drills, ...deleted, coverage };
}

/** Whether there is nothing at all to do. */
export function isQuiet(view: OverviewView): boolean {
  const { reviews, mine, runs, unsettled, notesDue, heard, expiring, broken, drillsOverdue, deleted } = view;
  const lists = [reviews, mine, runs, unsettled, notesDue, heard, expiring, broken, drillsOverdue, deleted];
  return lists.every((list) => list.total === 0) && view.coverage.length === 0;
}
