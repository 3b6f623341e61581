-- What drizzle's schema cannot say. Hand-written; the schema files of lib/records name the reasons.

-- The audit trail is append only, for the owner too, and whatever session_replication_role says.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'The audit trail is append only: % of % refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_entries_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
--> statement-breakpoint
ALTER TABLE "audit_entries" ENABLE ALWAYS TRIGGER "audit_entries_append_only";
--> statement-breakpoint
CREATE TRIGGER "audit_links_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_links"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
--> statement-breakpoint
ALTER TABLE "audit_links" ENABLE ALWAYS TRIGGER "audit_links_append_only";
--> statement-breakpoint

-- Every entry is filed for the linker by the transaction that writes it.
CREATE FUNCTION "file_audit_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO %I.audit_unlinked (entry_id) VALUES ($1)', TG_TABLE_SCHEMA) USING NEW.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_entries_file" AFTER INSERT ON "audit_entries"
  FOR EACH ROW EXECUTE FUNCTION "file_audit_entry"();
--> statement-breakpoint
ALTER TABLE "audit_entries" ENABLE ALWAYS TRIGGER "audit_entries_file";
--> statement-breakpoint

-- Open pages follow a run: one LISTEN a process, the payload says which operation and up to which event.
CREATE FUNCTION "announce_operation_event"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_notify('tenantry_events', NEW.operation_id || ' ' || NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "operation_events_announce" AFTER INSERT ON "operation_events"
  FOR EACH ROW EXECUTE FUNCTION "announce_operation_event"();
