CREATE TABLE "drill_dues" (
	"platform_id" uuid NOT NULL,
	"tenant_key" text NOT NULL,
	"tenant_slug" text,
	"bundle_id" uuid NOT NULL,
	"passed_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone NOT NULL,
	"asked_at" timestamp (3) with time zone,
	"operation_id" uuid,
	"findings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "drill_dues_platform_id_tenant_key_pk" PRIMARY KEY("platform_id","tenant_key")
);
--> statement-breakpoint
ALTER TABLE "drill_dues" ADD CONSTRAINT "drill_dues_platform_id_platforms_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."platforms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drill_dues" ADD CONSTRAINT "drill_dues_bundle_id_bundles_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."bundles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drill_dues" ADD CONSTRAINT "drill_dues_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "drill_dues_by_time" ON "drill_dues" USING btree ("due_at","platform_id","tenant_key");--> statement-breakpoint
CREATE INDEX "drill_dues_of_bundle" ON "drill_dues" USING btree ("bundle_id");