CREATE TABLE "measured_migrations" (
	"platform_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"version" text NOT NULL,
	"checksum" text NOT NULL,
	"place" integer NOT NULL,
	"measured" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "measured_migrations_platform_id_fingerprint_pk" PRIMARY KEY("platform_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "replays" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform_id" uuid NOT NULL,
	"requested_by" uuid NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"of" integer,
	"version" text,
	"findings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "schema_snapshots" (
	"platform_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"version" text NOT NULL,
	"place" integer NOT NULL,
	"snapshot" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schema_snapshots_platform_id_fingerprint_pk" PRIMARY KEY("platform_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "table_sizes" (
	"database_id" uuid PRIMARY KEY NOT NULL,
	"sizes" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "measured_migrations" ADD CONSTRAINT "measured_migrations_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replays" ADD CONSTRAINT "replays_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replays" ADD CONSTRAINT "replays_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schema_snapshots" ADD CONSTRAINT "schema_snapshots_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "table_sizes" ADD CONSTRAINT "table_sizes_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "public"."databases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "measured_migrations_by_version" ON "measured_migrations" USING btree ("platform_id","version","created_at");--> statement-breakpoint
CREATE INDEX "replays_by_platform" ON "replays" USING btree ("platform_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "replays_one_open" ON "replays" USING btree ("platform_id") WHERE "replays"."state" IN ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "replays_open" ON "replays" USING btree ("created_at") WHERE "replays"."state" IN ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "schema_snapshots_by_version" ON "schema_snapshots" USING btree ("platform_id","version","created_at");