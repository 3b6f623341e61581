/** The changes that an address asks for: `?edit={…}` as often as there are changes, `edit.0` and so on from cards. Pure. */

import type { SearchParams } from "../../../../../../lib/queries/tenant-list.ts";
import { type FileEdit, fileEdit } from "../../../../../../lib/tenancy/file-edit.ts";

/** More than a page of cards gives. */
const MOST = 100;

export interface EditQuery {
  readonly edits: readonly FileEdit[];
  /** Changes that could not be understood: told, not passed over. */
  readonly unread: number;
  /** The version to bring back; null where none is. */
  readonly restore: number | null;
}

export function readEditQuery(search: SearchParams): EditQuery {
  const texts = Object.entries(search)
    .filter(([name]) => name === "edit" || name.startsWith("edit."))
    .flatMap(([, value]) => value ?? [])
    .filter((text) => text !== "")
    .slice(0, MOST);
  const edits = texts.flatMap((text) => readEdit(text) ?? []);
  const restore = Number(typeof search.restore === "string" ? search.restore : "");
  return {
    edits,
    unread: texts.length - edits.length,
    restore: Number.isSafeInteger(restore) && restore > 0 ? restore : null,
  };
}

function readEdit(text: string): FileEdit | null {
  try {
    return fileEdit.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
