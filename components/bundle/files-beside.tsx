import { readBundleList, writeBundleList } from "../../lib/queries/bundle-list.ts";
import type { StoreFiles } from "../../lib/queries/store-files.ts";
import { links } from "../links.ts";
import { Banner } from "../ui/banner.tsx";
import { Link } from "../ui/link.tsx";
import { formatBytes, formatNoun } from "../ui/quantities.ts";
import { Age } from "../ui/time.tsx";

/** Files without a record and records without a file, as the last check of the stores found them: what to do. */
export function FilesBeside({ files: { checkedAt, unknown, missing } }: { readonly files: StoreFiles }) {
  if (checkedAt === null)
    return (
      <p className="mb-3 text-ink-soft">
        The files have not been held against the records yet: a worker does it when it starts.
      </p>
    );
  if (unknown.count === 0 && missing.count === 0)
    return (
      <p className="mb-3 text-ink-soft">
        Every file has its record, and every record its file: checked <Age at={checkedAt} />.
      </p>
    );
  return (
    <Banner tone="warn" className="mb-3 flex flex-col gap-1">
      {unknown.count > 0 && (
        <p>
          <Link href={listOf({ files: "unknown" })} className="link">
            {formatNoun(unknown.count, "file that no record knows", "files that no record knows")}
          </Link>
          , {formatBytes(unknown.bytes)}. Upload what is a bundle, then remove the file from the store.
        </p>
      )}
      {missing.count > 0 && (
        <p>
          <Link href={listOf({ state: "missing" })} className="link">
            {formatNoun(missing.count, "bundle whose file is missing", "bundles whose files are missing")}
          </Link>
          . Put the file back from a backup, and the next check takes it in again; or export the tenant again.
        </p>
      )}
      <p className="text-ink-soft">
        The stores were checked <Age at={checkedAt} />.
      </p>
    </Banner>
  );
}

function listOf(search: { readonly files?: string; readonly state?: string }): string {
  return links.bundles(writeBundleList(readBundleList(search)));
}
