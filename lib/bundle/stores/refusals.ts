/** What can go wrong with files, in sentences for the operator. */
import { type Finding, Refusal } from "../../findings/finding.ts";

type Sentence = readonly [code: string, what: string, todo: string];

const BY_CODE: Record<string, Sentence> = {
  ENOENT: ["store-missing", "There is no such file.", "Check the name and the folder."],
  ENOTDIR: ["store-missing", "A part of its path is no folder.", "Check the name and the folder."],
  EISDIR: ["store-no-file", "It is a folder, not a file.", "Name the bundle's file."],
  EEXIST: [
    "store-name-taken",
    "A file of this name exists already.",
    "Choose another name, or move the file away.",
  ],
  EACCES: [
    "store-denied",
    "This process may not use it.",
    "Give the user that runs Tenantry the right to, or choose another folder.",
  ],
  EPERM: [
    "store-denied",
    "This process may not use it.",
    "Give the user that runs Tenantry the right to, or choose a folder on a file system with hard links.",
  ],
  EROFS: ["store-denied", "The file system is read-only.", "Choose another folder."],
  ENOTSUP: [
    "store-no-links",
    "The file system has no hard links.",
    "Choose a folder on another file system.",
  ],
  ENOSPC: [
    "store-full",
    "The disk is full.",
    "Free space or choose another folder; the unfinished file is removed.",
  ],
  EDQUOT: [
    "store-full",
    "The quota of the disk is used up.",
    "Free space or choose another folder; the unfinished file is removed.",
  ],
  EFBIG: [
    "store-full",
    "The file would be larger than the file system allows.",
    "Choose a folder on another file system.",
  ],
  ENAMETOOLONG: ["store-bad-name", "The name is too long.", "Choose a shorter name."],
};

export function storeFinding(code: string, where: string, what: string, todo: string): Finding {
  return { code, severity: "blocks", where, what, todo };
}

/** Does the file system's work; what it answers becomes a refusal about `where`, its own error kept as cause. */
export async function orRefuse<Result>(where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const known = BY_CODE[(error as NodeJS.ErrnoException).code ?? ""];
    if (!known) throw error;
    throw new Refusal(storeFinding(known[0], where, known[1], known[2]), { cause: error });
  }
}
