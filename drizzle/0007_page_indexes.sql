CREATE INDEX "audit_entries_by_actor_name" ON "audit_entries" USING btree ("actor_name","at");--> statement-breakpoint
CREATE INDEX "audit_entries_by_tenant" ON "audit_entries" USING btree ("tenant_key","at");--> statement-breakpoint
CREATE INDEX "audit_entries_sign_ins" ON "audit_entries" USING btree ("actor_id","at") WHERE "audit_entries"."action" = 'person.signed-in';--> statement-breakpoint
CREATE INDEX "operations_by_database" ON "operations" USING btree ("database_id","platform_id","created_at");--> statement-breakpoint
CREATE INDEX "operations_by_bundle" ON "operations" USING btree (("input" ->> 'bundleId'),"created_at");