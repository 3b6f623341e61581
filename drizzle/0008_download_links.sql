CREATE TABLE "download_links" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bundle_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"signed_in_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "store_checks" (
	"store" text PRIMARY KEY NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	"files" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "downloads" ADD COLUMN "link_id" uuid;--> statement-breakpoint
ALTER TABLE "download_links" ADD CONSTRAINT "download_links_bundle_id_bundles_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."bundles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "download_links" ADD CONSTRAINT "download_links_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "download_links_by_bundle" ON "download_links" USING btree ("bundle_id","created_at");--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_link_id_download_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."download_links"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "downloads_by_person" ON "downloads" USING btree ("person_id","began_at");--> statement-breakpoint
CREATE INDEX "uploads_by_person" ON "uploads" USING btree ("person_id","began_at");