DROP INDEX "tenants_by_bytes";--> statement-breakpoint
CREATE INDEX "bundles_expiring" ON "bundles" USING btree ("expires_at") WHERE "bundles"."state" = 'ready';--> statement-breakpoint
CREATE INDEX "tenants_by_name" ON "tenants" USING btree ("platform_id","name");--> statement-breakpoint
CREATE INDEX "tenants_listed" ON "tenants" USING btree ("platform_id","state","database_id") WHERE "tenants"."gone_at" IS NULL;--> statement-breakpoint
CREATE INDEX "tenants_by_bytes" ON "tenants" USING btree ("platform_id","bytes" DESC NULLS LAST);