CREATE TABLE "erasure_certificates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"operation_id" uuid NOT NULL,
	"tombstone_id" uuid NOT NULL,
	"envelope" text NOT NULL,
	"key_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "finalizer_confirmations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"database_id" uuid NOT NULL,
	"tenant_key" text NOT NULL,
	"finalizer" text NOT NULL,
	"note" text NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform_id" uuid NOT NULL,
	"database_id" uuid NOT NULL,
	"tenant_key" text NOT NULL,
	"slug_hash" text,
	"state" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"bundle_id" uuid NOT NULL,
	"bundle_sha256" text NOT NULL,
	"drill_id" uuid,
	"schema_version" text,
	"rows" bigint NOT NULL,
	"tables" jsonb NOT NULL,
	"touched_at" timestamp (3) with time zone,
	"proof" jsonb,
	"proved_at" timestamp (3) with time zone,
	"nulled" jsonb,
	"finalizers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"retain_until" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"closed_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tombstones_deleted" CHECK ("tombstones"."state" <> 'deleted' OR num_nonnulls("tombstones"."proved_at", "tombstones"."deleted_at", "tombstones"."retain_until") = 3)
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "traffic" jsonb;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "held_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "held_by" uuid;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "hold_reason" text;--> statement-breakpoint
ALTER TABLE "erasure_certificates" ADD CONSTRAINT "erasure_certificates_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasure_certificates" ADD CONSTRAINT "erasure_certificates_tombstone_id_tombstones_id_fk" FOREIGN KEY ("tombstone_id") REFERENCES "public"."tombstones"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finalizer_confirmations" ADD CONSTRAINT "finalizer_confirmations_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "public"."databases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finalizer_confirmations" ADD CONSTRAINT "finalizer_confirmations_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "public"."databases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_bundle_id_bundles_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."bundles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_drill_id_drills_id_fk" FOREIGN KEY ("drill_id") REFERENCES "public"."drills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_closed_by_operations_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_certificates_of_operation" ON "erasure_certificates" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "erasure_certificates_by_tombstone" ON "erasure_certificates" USING btree ("tombstone_id");--> statement-breakpoint
CREATE INDEX "finalizer_confirmations_by_tenant" ON "finalizer_confirmations" USING btree ("database_id","tenant_key","finalizer","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tombstones_of_operation" ON "tombstones" USING btree ("operation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tombstones_open" ON "tombstones" USING btree ("database_id","tenant_key") WHERE "tombstones"."state" IN ('deleting', 'deleted');--> statement-breakpoint
CREATE INDEX "tombstones_by_tenant" ON "tombstones" USING btree ("platform_id","tenant_key","created_at");--> statement-breakpoint
CREATE INDEX "tombstones_by_bundle" ON "tombstones" USING btree ("bundle_id");--> statement-breakpoint
CREATE INDEX "tombstones_by_closer" ON "tombstones" USING btree ("closed_by") WHERE "tombstones"."closed_by" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_held_by_persons_id_fk" FOREIGN KEY ("held_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;