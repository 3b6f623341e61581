CREATE TABLE "migration_surveys" (
	"platform_id" uuid PRIMARY KEY NOT NULL,
	"survey" jsonb,
	"surveyed_at" timestamp (3) with time zone,
	"wanted_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "migration_texts" (
	"platform_id" uuid NOT NULL,
	"version" text NOT NULL,
	"sql" text NOT NULL,
	CONSTRAINT "migration_texts_platform_id_version_pk" PRIMARY KEY("platform_id","version")
);
--> statement-breakpoint
ALTER TABLE "databases" ADD COLUMN "migrations" jsonb;--> statement-breakpoint
ALTER TABLE "databases" ADD COLUMN "migrations_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "migration_surveys" ADD CONSTRAINT "migration_surveys_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "migration_texts" ADD CONSTRAINT "migration_texts_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;