CREATE TABLE "migration_effect_rows" (
	"effect_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"place" integer NOT NULL,
	"row" jsonb NOT NULL,
	CONSTRAINT "migration_effect_rows_effect_id_table_name_place_pk" PRIMARY KEY("effect_id","table_name","place")
);
--> statement-breakpoint
CREATE TABLE "migration_effects" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform_id" uuid NOT NULL,
	"tenant_key" text NOT NULL,
	"bundle_id" uuid NOT NULL,
	"version" text NOT NULL,
	"to_version" text NOT NULL,
	"requested_by" uuid NOT NULL,
	"personal_reason" text,
	"personal_rows" "bytea",
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"progress" jsonb,
	"progress_at" timestamp (3) with time zone,
	"same_as" text,
	"effect" jsonb,
	"findings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "migration_effects_done" CHECK (("migration_effects"."state" = 'done') = ("migration_effects"."effect" IS NOT NULL AND "migration_effects"."same_as" IS NOT NULL)),
	CONSTRAINT "migration_effects_personal" CHECK ("migration_effects"."personal_rows" IS NULL OR "migration_effects"."personal_reason" IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE "schema_snapshots" ADD COLUMN "objects" jsonb;--> statement-breakpoint
ALTER TABLE "migration_effect_rows" ADD CONSTRAINT "migration_effect_rows_effect_id_migration_effects_id_fk" FOREIGN KEY ("effect_id") REFERENCES "public"."migration_effects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "migration_effects" ADD CONSTRAINT "migration_effects_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "migration_effects" ADD CONSTRAINT "migration_effects_bundle_id_bundles_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."bundles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "migration_effects" ADD CONSTRAINT "migration_effects_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "migration_effects_by_version" ON "migration_effects" USING btree ("platform_id","version","created_at","id");--> statement-breakpoint
CREATE INDEX "migration_effects_by_bundle" ON "migration_effects" USING btree ("bundle_id");--> statement-breakpoint
CREATE INDEX "migration_effects_same" ON "migration_effects" USING btree ("same_as") WHERE "migration_effects"."same_as" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "migration_effects_open" ON "migration_effects" USING btree ("created_at") WHERE "migration_effects"."state" IN ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "migration_effects_ended" ON "migration_effects" USING btree ("ended_at") WHERE "migration_effects"."ended_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "migration_effects_sealed" ON "migration_effects" USING btree ("ended_at") WHERE "migration_effects"."personal_rows" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "bundles_by_version" ON "bundles" USING btree ("platform_id","schema_version","created_at") WHERE "bundles"."state" = 'ready';