import { DAY, date, spread, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import { hexBytes } from "../identifiers.ts";
import { arrayLiteral } from "../literals.ts";
import { prose } from "../prose.ts";
import { type Dice, seedOf } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, fact, memberOf, uuid, type World } from "../world.ts";

const KINDS = ["Waybill", "Packing list", "Certificate of origin", "Customs entry", "Delivery note", "Photo"];

export const documents: TableSource = {
  table: "documents",
  columns: [
    "id", "project_id", "shipment_id", "replaces_id", "uploaded_by", "title", "media_type", "object_key",
    "checksum", "bytes", "created_at", "data_id", "viewer_ids", "revision",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "documents");
    const count = world.sizes.documents;
    return numbered(count, (n) => {
      const subject = subjectOf(world, facts.documentSubject(world, n));
      const project = facts.projectId(world, subject.project);
      const made = spread(n, count, throws.roll(n).bits()) + 2 * DAY;
      const kind = throws.pick(KINDS);
      const photo = kind === "Photo";
      const file = `${kind.toLowerCase().replaceAll(" ", "-")}-${String(n + 1).padStart(6, "0")}`;
      return [
        facts.documentId(world, n),
        project,
        subject.shipment === null ? null : facts.shipmentId(world, subject.shipment),
        facts.isRevision(world, n) ? facts.documentId(world, n - 1) : null,
        throws.chance(90) ? memberOf(world, throws.bits()) : null,
        `${kind} ${n + 1}${n % 17 === 9 ? ' (copy of "final_v2\\final")' : ""}`,
        photo ? "image/jpeg" : "application/pdf",
        `orgs/${world.organization}/projects/${project}/${date(made).slice(0, 4)}/${file}.${photo ? "jpg" : "pdf"}`,
        `\\x${hexBytes(world.seed, seedOf("checksum"), n, 32)}`,
        throws.between(9_000, 8_000_000),
        timestamp(made),
        uuid(world, "document data", n),
        viewers(world, throws),
        `{${n - facts.documentSubject(world, n) + 1},${throws.below(4)}}`,
      ];
    });
  },
};

/** Two of three documents are about a shipment; a project's own come beside. */
function subjectOf(world: World, document: number): { project: number; shipment: number | null } {
  if (fact(world, "document subject", document) % 3 === 0) {
    return { project: fact(world, "document project", document) % world.sizes.projects, shipment: null };
  }
  const shipment = facts.shipmentNear(world, document, world.sizes.documents);
  return { project: facts.shipmentProject(world, shipment), shipment };
}

/** NULL: everyone; an empty list: nobody but who uploaded it. */
function viewers(world: World, throws: Dice): string | null {
  if (throws.chance(60)) return null;
  const count = Math.min(throws.below(4), world.members.length);
  const first = throws.below(world.members.length);
  return arrayLiteral(Array.from({ length: count }, (_, n) => memberOf(world, first + n)));
}

export const documentData: TableSource = {
  table: "document_data",
  columns: ["id", "extracted_text", "thumbnail", "pages"],
  rows(world) {
    const throws = dice(world, "document_data");
    return numbered(world.sizes.documents, (n) => {
      throws.roll(n);
      const pixels = throws.between(6, 40) * 4;
      return [
        uuid(world, "document data", n),
        throws.chance(85) ? prose(throws, n, throws.between(2, 6)) : null,
        throws.chance(40)
          ? `\\x89504e470d0a1a0a00${hexBytes(world.seed, seedOf("thumbnail"), n, pixels)}`
          : null,
        throws.between(1, 12),
      ];
    });
  },
};
