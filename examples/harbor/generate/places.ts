/** Ports, carriers and ships. The places exist, the companies do not. */

export interface Port {
  readonly name: string;
  readonly country: string;
  readonly longitude: number;
  readonly latitude: number;
}

const port = (name: string, country: string, longitude: number, latitude: number): Port => ({
  name,
  country,
  longitude,
  latitude,
});

export const PORTS: readonly Port[] = [
  port("Aarhus", "DK", 10.22, 56.15),
  port("Antwerpen", "BE", 4.4, 51.24),
  port("Hamburg", "DE", 9.97, 53.54),
  port("Rotterdam", "NL", 4.14, 51.95),
  port("Göteborg", "SE", 11.9, 57.69),
  port("Gdańsk", "PL", 18.67, 54.4),
  port("Felixstowe", "GB", 1.31, 51.95),
  port("Dublin", "IE", -6.2, 53.35),
  port("Le Havre", "FR", 0.11, 49.48),
  port("València", "ES", -0.32, 39.44),
  port("Sines", "PT", -8.87, 37.95),
  port("Genova", "IT", 8.91, 44.41),
  port("Piraeus", "GR", 23.62, 37.94),
  port("Tanger Med", "MA", -5.5, 35.88),
  port("Port Said", "EG", 32.31, 31.26),
  port("Mersin", "TR", 34.64, 36.8),
  port("Nhava Sheva", "IN", 72.95, 18.95),
  port("Singapore", "SG", 103.84, 1.26),
  port("Hải Phòng", "VN", 106.68, 20.86),
  port("Ningbo", "CN", 121.85, 29.93),
  port("Busan", "KR", 129.04, 35.1),
  port("Yokohama", "JP", 139.65, 35.44),
  port("Melbourne", "AU", 144.91, -37.83),
  port("Durban", "ZA", 31.03, -29.87),
  port("Santos", "BR", -46.3, -23.96),
  port("Valparaíso", "CL", -71.62, -33.03),
  port("Manzanillo", "MX", -104.32, 19.06),
  port("Long Beach", "US", -118.2, 33.75),
  port("Savannah", "US", -81.13, 32.12),
  port("Halifax", "CA", -63.57, 44.64),
];

export const CARRIERS = [
  "Baltic Feeder Line",
  "Cormorant Ocean",
  "Grey Heron Road",
  "Iberian Rail Cargo",
  "Northwind Air Freight",
  "Pelagic Container Co.",
  "Sandpiper Trucking",
  "Three Rivers Barge",
];

export const VESSELS = [
  "MV Astrid's Return",
  "MV Blue Meridian",
  "MV Cape Wrath",
  "MV Ellinor",
  "MV Fair Haven",
  "MV Hōkūleʻa",
  "MV Kittiwake",
  "MV Ocean Thrift",
  "MV Stella d'Oriente",
  "MV Ursa",
];

/** Great-circle distance in kilometres, on a sphere of 6,371 km. */
export function distance(from: Port, to: Port): number {
  const radians = Math.PI / 180;
  const a =
    Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2 +
    Math.cos(from.latitude * radians) *
      Math.cos(to.latitude * radians) *
      Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(a));
}
