/** Customers of the demo's tenants. */
import type { Dice } from "./random.ts";

// biome-ignore format: a table reads better in lines
const FIRST = [
  "Alder", "Beacon", "Cobalt", "Dovetail", "Ember", "Fjord", "Granite", "Hazel", "Indigo", "Juniper",
  "Kiln", "Lantern", "Mistral", "Nettle", "Ochre", "Pumice", "Quarry", "Rowan", "Sorrel", "Thistle",
  "Umber", "Verdant", "Willow", "Yarrow", "Zephyr", "Måne", "Øre", "Château",
];

// biome-ignore format: a table reads better in lines
const SECOND = [
  "& Sons", "Ceramics", "Instruments", "Foods", "Textiles", "Furniture", "Pharma", "Optics", "Tools",
  "Paper", "Glass", "Bicycles", "Coffee Roasters", "Lighting", "Marine Supply", "O'Hara & Co.",
];

const FORM = ["ApS", "AB", "B.V.", "GmbH", "Ltd", "S.A.", "S.r.l.", "Sp. z o.o.", "Inc.", "Oy"];

// biome-ignore format: a table reads better in lines
const STREETS = [
  "Quay Street", "Havnegade", "Am Sandtorkai", "Rue de l'Écluse", "Calle del Faro", "Canal Road",
  "Stationsplein", "Via Marina", "Dock Lane", "Ul. Portowa",
];

/** `Cobalt Glass GmbH`. */
export function companyName(dice: Dice): string {
  return `${dice.pick(FIRST)} ${dice.pick(SECOND)} ${dice.pick(FORM)}`;
}

/** `14 Dock Lane`, now and then with a second line. */
export function street(dice: Dice): string {
  const line = `${dice.between(1, 180)} ${dice.pick(STREETS)}`;
  return dice.chance(6) ? `${line}, "Shed ${dice.between(1, 9)}"\nGate B` : line;
}
