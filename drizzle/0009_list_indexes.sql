CREATE INDEX "bundles_listed" ON "bundles" USING btree ("platform_id","state","origin","bytes");--> statement-breakpoint
CREATE INDEX "notices_shown" ON "notices" USING btree ("person_id","created_at","id") WHERE "notices"."dismissed_at" IS NULL;--> statement-breakpoint
CREATE INDEX "tenants_gone" ON "tenants" USING btree ("platform_id","slug") WHERE "tenants"."gone_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_time" ON "webhook_deliveries" USING btree ("created_at","id");