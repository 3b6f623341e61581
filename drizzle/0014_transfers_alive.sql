ALTER TABLE "downloads" ADD COLUMN "heartbeat_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "reserved" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "downloads_begun" ON "downloads" USING btree ("heartbeat_at") WHERE "downloads"."state" = 'begun';