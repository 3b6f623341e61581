/** What people write in a forwarding office, and what they paste into text fields. */
import { PORTS } from "./places.ts";
import type { Dice } from "./random.ts";

// biome-ignore format: a table reads better in lines
const GOODS = [
  "ceramic tiles", "bicycle frames", "espresso machines", "laboratory glass", "oak flooring", "machine parts",
  "frozen berries", "medical gloves", "printed books", "solar inverters", "ship paint", "cotton yarn",
  "olive oil", "wind turbine bolts", "office chairs", "cheese wheels",
];

const UNITS = ["pallets", "crates", "cartons", "drums", "containers"];

const SENTENCES = [
  "The container is at the gate but the release has not come through.",
  "Can you send me the corrected packing list before noon?",
  "Customs wants the original certificate of origin, a scan is not enough.",
  "We are two pallets short against the booking.",
  "The vessel skipped {port} and discharges in {port} instead.",
  "Please hold the invoice until the weight is confirmed.",
  "Consignee asks for delivery after 14:00, the ramp is blocked in the morning.",
  "Temperature log attached, it never went above four degrees.",
  "I have moved the pickup to Thursday, the driver knows.",
  "Demurrage starts tomorrow, so this is the last free day in {port}.",
  "They changed the incoterm to DAP without telling us.",
  "Seal number does not match the bill of lading, see the photo.",
  "Thanks, that was quick.",
  "The surveyor was on site and found no damage to the goods.",
  "Who signed for this in {port}? The name is not readable.",
  "Rebooked on the next sailing, arrival moves by six days.",
  "The broker in {port} charges for the amendment.",
  "Please do not stack these, the lower row was crushed last time.",
];

/** What breaks readers that were written for well-behaved text. */
export const AWKWARD = [
  "She said \"no\", O'Brien said 'yes'.",
  "C:\\scans\\2024\\new\\table.pdf",
  "first line\nsecond line\n\nlast line",
  "column\tcolumn\t\tcolumn",
  "\\N",
  "\\.",
  "📦🚢 ETA 👍🏽",
  "carriage\r\nreturn",
  "'; DROP TABLE shipments; --",
  '{"a": [1, 2], "b": null}',
  "na\u00efve vs. nai\u0308ve",
  "مرحبا بالعالم שלום",
  "  leading and trailing  ",
  "%s %d {0} $(date) $1",
  "<b>bold</b> & &amp;",
  "\u0001\u001f\u007f\u0085\u2028\ufeff\ufffd",
  "NULL",
  "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 \u{10ffff}",
  "vertical\u000btab, form\u000cfeed, back\bspace",
  "",
];

/** So many different sentences; in some rows something awkward follows, the kinds one after the other. */
export function prose(dice: Dice, row: number, sentences: number): string {
  const first = dice.below(SENTENCES.length);
  let text = "";
  for (let i = 0; i < sentences; i++) {
    const sentence = SENTENCES[(first + i * 5) % SENTENCES.length] as string;
    const whole = sentence.includes("{")
      ? sentence.replaceAll("{port}", () => dice.pick(PORTS).name)
      : sentence;
    text += i === 0 ? whole : ` ${whole}`;
  }
  if (!isAwkward(row)) return text;
  const addition = AWKWARD[Math.floor(row / EVERY) % AWKWARD.length] as string;
  // `\N` and `\.` bite only where they are the whole value.
  return addition.length < 3 ? addition : `${text} ${addition}`;
}

const EVERY = 7;

/** Every seventh row until each kind has had its turn, so that a small tenant has them too; then few. */
export function isAwkward(row: number): boolean {
  return row % EVERY === 3 && (row < EVERY * AWKWARD.length || row % 5 === 0);
}

/** `12 pallets of oak flooring`: letters, digits and spaces only, see `searchVector`. */
export function goods(dice: Dice, packages: number): string {
  return `${packages} ${dice.pick(UNITS)} of ${dice.pick(GOODS)}`;
}
