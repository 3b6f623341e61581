/** For `npx drizzle-kit generate`, which writes the difference between lib/records/schema and drizzle/ as SQL. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./lib/records/schema/*.ts",
  out: "./drizzle",
  migrations: { schema: "drizzle", table: "migrations" },
});
