/**
 * The shapes of a bundle's documents as JSON Schema (2020-12), for readers in other languages. docs/schemas holds
 * what this gives; a test keeps the two equal.
 */
import { z } from "zod";
import { FORMAT_VERSION, manifestSchema, sealSchema } from "./manifest.ts";
import { envelopeSchema } from "./seal/envelope.ts";

const DOCUMENTS = {
  manifest: { schema: manifestSchema, title: "manifest.json of a bundle" },
  seal: { schema: envelopeSchema, title: "seal.json of a bundle: a DSSE envelope" },
  "seal-payload": { schema: sealSchema, title: "the payload of a bundle's seal.json" },
} as const;

export type BundleDocument = keyof typeof DOCUMENTS;

export const BUNDLE_DOCUMENTS = Object.keys(DOCUMENTS) as BundleDocument[];

/** `bundle-1-manifest.schema.json` */
export function schemaFileName(document: BundleDocument): string {
  return `bundle-${FORMAT_VERSION}-${document}.schema.json`;
}

/** What no schema can say (canonical form, names once, what the seal must equal) stands in docs/bundle-format.md. */
export function jsonSchemaOf(document: BundleDocument): Record<string, unknown> {
  const { schema, title } = DOCUMENTS[document];
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  return { $schema, title: `${title}, format version ${FORMAT_VERSION}`, ...rest };
}
