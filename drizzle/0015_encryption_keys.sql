CREATE TABLE "encryption_keys" (
	"recipient" text PRIMARY KEY NOT NULL,
	"platform_id" uuid NOT NULL,
	"identity" "bytea" NOT NULL,
	"label" text NOT NULL,
	"current" boolean DEFAULT false NOT NULL,
	"added_by" uuid,
	"retired_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "encrypted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "recipients" jsonb;--> statement-breakpoint
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "encryption_keys" ADD CONSTRAINT "encryption_keys_added_by_persons_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "encryption_keys_current" ON "encryption_keys" USING btree ("platform_id") WHERE "encryption_keys"."current";--> statement-breakpoint
CREATE INDEX "encryption_keys_by_platform" ON "encryption_keys" USING btree ("platform_id","created_at");--> statement-breakpoint
CREATE INDEX "bundles_encrypted" ON "bundles" USING btree ("platform_id") WHERE "bundles"."encrypted";