/** Column sets that tables share. */
import { sql } from "drizzle-orm";
import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** A UUID v7 made by the application: ids sort by time and are links before the row is there. */
export const id = () => uuid("id").primaryKey();

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

export const createdAt = () => at("created_at").notNull().default(sql`now()`);

/** Numbers of 32 bits, little-endian, one after the other: a long list that is only ever read whole. */
export const numbers = customType<{ data: Uint32Array; driverData: Buffer }>({
  dataType: () => "bytea",
  toDriver: (list) => Buffer.from(list.buffer, list.byteOffset, list.byteLength),
  fromDriver: (bytes) => new Uint32Array(new Uint8Array(bytes).buffer),
});

/** AES-256-GCM by `access/secret-box.ts`; the records never hold such a value in the clear. */
export const sealedText = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
