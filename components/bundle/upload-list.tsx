import type { UploadState, UploadView } from "../../lib/queries/uploads.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Bytes } from "../ui/quantity.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";

const LOOK: Readonly<Record<UploadState, { readonly tone: Tone; readonly word: string }>> = {
  receiving: { tone: "live", word: "arriving" },
  taken_in: { tone: "ok", word: "taken in" },
  refused: { tone: "bad", word: "refused" },
  aborted: { tone: "idle", word: "broken off" },
};

/** The latest uploads, each with what became of it. */
export function UploadList({ uploads }: { readonly uploads: readonly UploadView[] }) {
  return (
    <ul className="divide-y divide-line">
      {uploads.map((upload) => (
        <li key={upload.id} className="flex flex-wrap items-baseline justify-between gap-x-3 px-3 py-1">
          <span className="min-w-0">
            <Link
              href={
                upload.bundleId === null
                  ? links.bundleUpload({ upload: upload.id })
                  : links.bundle(upload.bundleId)
              }
              className="link break-all"
            >
              {upload.fileName}
            </Link>{" "}
            of {upload.platform}
          </span>
          <span className="flex flex-wrap gap-x-2">
            <Status tone={LOOK[upload.state].tone}>{LOOK[upload.state].word}</Status>
            <span className="text-ink-soft">
              <Bytes value={upload.bytes} />, {upload.person}, <Age at={upload.beganAt} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
