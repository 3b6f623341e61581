ALTER TABLE "bundles" ADD COLUMN "verify_wanted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "retention" text;--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "held_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "held_by" uuid;--> statement-breakpoint
ALTER TABLE "bundles" ADD COLUMN "hold_reason" text;--> statement-breakpoint
ALTER TABLE "bundles" ADD CONSTRAINT "bundles_held_by_persons_id_fk" FOREIGN KEY ("held_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bundles_to_verify" ON "bundles" USING btree ("verify_wanted_at") WHERE "bundles"."verify_wanted_at" IS NOT NULL;