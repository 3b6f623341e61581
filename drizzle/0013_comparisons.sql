CREATE TABLE "comparison_rows" (
	"comparison_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"place" integer NOT NULL,
	"row" jsonb NOT NULL,
	CONSTRAINT "comparison_rows_comparison_id_table_name_place_pk" PRIMARY KEY("comparison_id","table_name","place")
);
--> statement-breakpoint
CREATE TABLE "comparisons" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform_id" uuid,
	"tenant_key" text NOT NULL,
	"bundle_id" uuid NOT NULL,
	"other_bundle_id" uuid,
	"database_id" uuid,
	"requested_by" uuid NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"progress" jsonb,
	"progress_at" timestamp (3) with time zone,
	"equal" boolean,
	"tables" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"findings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "comparisons_of_two" CHECK (num_nonnulls("comparisons"."other_bundle_id", "comparisons"."database_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "comparison_rows" ADD CONSTRAINT "comparison_rows_comparison_id_comparisons_id_fk" FOREIGN KEY ("comparison_id") REFERENCES "public"."comparisons"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_bundle_id_bundles_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."bundles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_other_bundle_id_bundles_id_fk" FOREIGN KEY ("other_bundle_id") REFERENCES "public"."bundles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "public"."databases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "comparisons_by_bundle" ON "comparisons" USING btree ("bundle_id","created_at","id");--> statement-breakpoint
CREATE INDEX "comparisons_by_other_bundle" ON "comparisons" USING btree ("other_bundle_id","created_at","id");--> statement-breakpoint
CREATE INDEX "comparisons_open" ON "comparisons" USING btree ("created_at") WHERE "comparisons"."state" IN ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "comparisons_ended" ON "comparisons" USING btree ("ended_at") WHERE "comparisons"."ended_at" IS NOT NULL;