ALTER TABLE "tombstones" ADD COLUMN "dismissed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tombstones" ADD COLUMN "dismissed_by" uuid;--> statement-breakpoint
ALTER TABLE "tombstones" ADD COLUMN "dismiss_reason" text;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_dismissed_by_persons_id_fk" FOREIGN KEY ("dismissed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_dismissed" CHECK (num_nonnulls("tombstones"."dismissed_at", "tombstones"."dismissed_by", "tombstones"."dismiss_reason") IN (0, 3));