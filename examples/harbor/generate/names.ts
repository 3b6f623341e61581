/** People. Invented, and at addresses that cannot exist (RFC 2606). */

// biome-ignore format: a table reads better in lines
const GIVEN = [
  "Anna", "Bruno", "Chiara", "Dmitri", "Elif", "Freja", "Gustav", "Hanneke", "Ibrahim", "Jürgen",
  "Katarzyna", "Lars", "Mei", "Niamh", "Oluwaseun", "Pilar", "Quentin", "Rosalind", "Søren", "Tomasz",
  "Ulrike", "Valentina", "Wanjiru", "Xavier", "Yuki", "Zoë", "Amara", "Bartosz", "Camille", "Diego",
  "Eszter", "Fatima", "Giorgos", "Henrik", "Ingrid", "João", "Kwame", "Leïla", "Marek", "Noor",
  "Orla", "Priya", "Rafael", "Siobhán", "Thabo", "Uwe", "Vera", "Willem", "Ximena", "Yannick",
  "Zuzana", "Aisling", "Björn", "Concetta", "Dagny", "Emre", "Femke", "Goran", "Hye-jin", "Ilse",
];

// biome-ignore format: a table reads better in lines
const FAMILY = [
  "Abernathy", "Bakker", "Castellano", "D'Angelo", "Eriksen", "Fontaine", "Grünwald", "Haddad", "Ishikawa",
  "Janssen", "Kowalczyk", "Lindqvist", "McAllister", "Nakamura", "O'Sullivan", "Papadakis", "Quiroga",
  "Rasmussen", "Szabó", "Thompson", "Uchida", "van der Meer", "Whitcombe", "Yıldız", "Zimmermann", "Achterberg",
  "Okafor", "Brandt", "Calloway", "Duarte", "Ferreira", "Holmgren", "Iversen", "Kaplan", "Moreau", "Novák",
];

// biome-ignore format: a table reads better in lines
const TITLES = [
  "Forwarding agent", "Customs specialist", "Dispatcher", "Key account manager", "Head of operations",
  "Billing clerk", "Warehouse lead", "Claims handler", "Trade compliance", "Intern",
];

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly title: string;
}

/** The person number `index` of those who work at `domain`; the first sixty have no number in their address. */
export function personAt(domain: string, start: number, index: number): Person {
  const given = GIVEN[(start + index) % GIVEN.length] as string;
  const family = FAMILY[(start * 5 + index * 7 + Math.floor(index / GIVEN.length)) % FAMILY.length] as string;
  const suffix = index < GIVEN.length ? "" : String(index);
  return {
    name: `${given} ${family}`,
    email: `${asciiPart(given)}.${asciiPart(family)}${suffix}@${domain}`,
    title: TITLES[(start + index * 3) % TITLES.length] as string,
  };
}

function asciiPart(name: string): string {
  const letters = name.replaceAll("ø", "o").replaceAll("ı", "i").normalize("NFD");
  return letters.replace(/[^A-Za-z]/g, "").toLowerCase();
}

/**
 * People who work for several tenants, of one database and of the other: found by their address, under an id of
 * its own in each database.
 */
export const FREELANCERS: readonly (Person & { readonly tenants: readonly string[] })[] = [
  {
    name: "Inés Castellane",
    email: "ines@castellane-customs.example",
    title: "Customs broker",
    tenants: ["kestrel", "saltmarsh", "bluefin"],
  },
  {
    name: "Tobias Renner",
    email: "tobias.renner@portwise.example",
    title: "Auditor",
    tenants: ["kestrel", "tern-island", "copper-basin"],
  },
  {
    name: "Adaeze Obi",
    email: "adaeze@obi-claims.example",
    title: "Claims adjuster",
    tenants: ["saltmarsh", "bluefin", "copper-basin"],
  },
];
