import { DAY, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import { arrayLiteral } from "../literals.ts";
import { prose } from "../prose.ts";
import type { Dice } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, fact, memberOf, type World } from "../world.ts";

const SUBJECTS = [
  "Release missing",
  "Pickup moved",
  "Weight differs from booking",
  "Customs query",
  "Damaged pallet?",
  "Re: Re: Fwd: invoice",
  "New consignee address",
];

const participantsOf = (world: World, conversation: number) =>
  Math.min(world.members.length, 2 + (fact(world, "participants", conversation) % 4));

const participant = (world: World, conversation: number, place: number) =>
  memberOf(world, (fact(world, "first participant", conversation) % 4096) + place);

export const conversations: TableSource = {
  table: "conversations",
  columns: [
    "id", "organization_id", "shipment_id", "subject", "participant_ids", "last_message_id", "closed_at",
    "created_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "conversations");
    const count = world.sizes.conversations;
    return numbered(count, (n) => {
      const started = facts.conversationTime(world, n);
      const about = throws.roll(n).chance(70);
      const people = participantsOf(world, n);
      return [
        facts.conversationId(world, n),
        world.organization,
        about ? facts.shipmentId(world, facts.shipmentNear(world, n, count)) : null,
        throws.pick(SUBJECTS),
        arrayLiteral(Array.from({ length: people }, (_, place) => participant(world, n, place))),
        facts.messageId(world, n, facts.messagesOf(world, n) - 1),
        throws.chance(75) ? timestamp(started + throws.between(3, 30) * DAY) : null,
        timestamp(started),
      ];
    });
  },
};

export const messages: TableSource = {
  table: "messages",
  columns: [
    "id", "conversation_id", "author_id", "reply_to_id", "body", "sent_at", "edited_at", "attachments",
  ], // biome-ignore format: names in the order of the rows
  *rows(world) {
    const throws = dice(world, "messages");
    let row = 0;
    for (let conversation = 0; conversation < world.sizes.conversations; conversation++) {
      const id = facts.conversationId(world, conversation);
      const count = facts.messagesOf(world, conversation);
      for (let n = 0; n < count; n++) {
        throws.roll(conversation * 64 + n);
        const sent = facts.messageTime(world, conversation, n);
        yield [
          facts.messageId(world, conversation, n),
          id,
          throws.chance(93)
            ? participant(world, conversation, throws.below(participantsOf(world, conversation)))
            : null,
          n > 0 && throws.chance(30) ? facts.messageId(world, conversation, throws.below(n)) : null,
          prose(throws, row++, throws.between(1, 4)),
          timestamp(sent),
          throws.chance(6) ? timestamp(sent + 90_000) : null,
          attachments(world, throws),
        ];
      }
    }
  },
};

function attachments(world: World, throws: Dice): string | null {
  if (throws.chance(80)) return null;
  const list = Array.from({ length: throws.below(4) }, () => ({
    documentId: facts.documentId(world, throws.below(world.sizes.documents)),
    label: throws.pick(["packing list", 'photo of "seal"', "C:\\temp\\scan.pdf", "🧾"]),
    inline: throws.chance(30),
  }));
  return JSON.stringify(list);
}
