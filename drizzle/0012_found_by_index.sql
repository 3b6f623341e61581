-- Parts of a text, in lower case as ILIKE compares: all of `shortest` to three letters. What a row holds has all of one
-- to three; of what is searched for, the longest alone are asked. Hand-written; see lib/records/schema/found-by.ts.
CREATE FUNCTION "text_parts"("value" text, "shortest" integer) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog AS $$
  SELECT coalesce(array_agg(DISTINCT substr(low, first, length)), '{}')
  FROM lower(value) AS low, generate_series(shortest, 3) AS length, generate_series(1, char_length(low) - length + 1) AS first
$$;
--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "signature_key" text GENERATED ALWAYS AS (signature ->> 'keyId') STORED;--> statement-breakpoint
CREATE INDEX "bundles_by_rows" ON "bundles" USING btree ("rows" DESC NULLS LAST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "bundles_by_bytes" ON "bundles" USING btree ("bytes" DESC NULLS LAST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "bundles_by_expiry" ON "bundles" USING btree ("expires_at","id");--> statement-breakpoint
CREATE INDEX "bundles_found" ON "bundles" USING gin (text_parts("name" || chr(10) || coalesce("tenant_key", '') || chr(10) || coalesce("tenant_slug", ''), 1));--> statement-breakpoint
CREATE INDEX "bundles_by_signature" ON "bundles" USING btree ("signature_key");--> statement-breakpoint
CREATE INDEX "tenants_found" ON "tenants" USING gin (text_parts("key" || chr(10) || coalesce("slug", '') || chr(10) || coalesce("name", '') || chr(10) || ("domains")::text, 1));