/** What a kind of operation is about. Pure. */
export type Subject = "tenant" | "bundle" | "nothing";

const SUBJECTS: Readonly<Record<string, Subject>> = {
  export: "tenant",
  suspend: "tenant",
  resume: "tenant",
  delete: "tenant",
  restore: "tenant",
  import: "bundle",
  drill: "bundle",
  upgrade: "bundle",
  create: "nothing",
};

/** What has to be picked before its form makes sense. */
export function subjectOf(kind: string): Subject {
  return SUBJECTS[kind] ?? "nothing";
}
