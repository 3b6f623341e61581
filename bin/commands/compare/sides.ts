/** What `compare` is given: a bundle's file, or a tenant in a database. */
import { usage } from "../../cli/failure.ts";

export type Side =
  | { readonly kind: "file"; readonly path: string }
  | {
      readonly kind: "tenant";
      /** Null: the database of --database or of the environment. */
      readonly url: string | null;
      /** Slug or key; null: the one that the other side is about. */
      readonly tenant: string | null;
    };

/** `acme.tar.gz`, `postgres://…/db#acme`, `#acme`. */
export function sideOf(text: string): Side {
  const address = /^postgres(ql)?:\/\//i.test(text);
  if (!address && !text.startsWith("#")) return { kind: "file", path: text };
  const hash = text.lastIndexOf("#");
  const tenant = hash < 0 ? "" : text.slice(hash + 1);
  if (tenant === "") throw usage("compare", "An address is followed by # and the tenant's slug or key.");
  return { kind: "tenant", url: address ? text.slice(0, hash) : null, tenant };
}
