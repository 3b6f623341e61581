-- The search vector and the number of scans are kept by triggers; a new shipment is queued for the indexer.
CREATE TABLE index_queue (
  id bigserial PRIMARY KEY,
  shipment_id uuid NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
  queued_at timestamptz NOT NULL DEFAULT now(),
  attempts smallint NOT NULL DEFAULT 0
);
CREATE INDEX index_queue_shipment ON index_queue (shipment_id);

ALTER TABLE shipments ADD COLUMN scan_count integer NOT NULL DEFAULT 0, ADD COLUMN search tsvector;

UPDATE shipments s
SET search = to_tsvector('simple', s.description),
    scan_count = (SELECT count(*) FROM leg_scans c WHERE c.shipment_id = s.id);

CREATE FUNCTION shipment_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := to_tsvector('simple', NEW.description);
  RETURN NEW;
END
$$;
CREATE TRIGGER shipments_search BEFORE INSERT OR UPDATE OF description ON shipments
  FOR EACH ROW EXECUTE FUNCTION shipment_search();

CREATE FUNCTION queue_for_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO index_queue (shipment_id) VALUES (NEW.id);
  RETURN NULL;
END
$$;
CREATE TRIGGER shipments_queue AFTER INSERT ON shipments
  FOR EACH ROW EXECUTE FUNCTION queue_for_index();

CREATE FUNCTION count_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE shipments SET scan_count = scan_count + 1 WHERE id = NEW.shipment_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER leg_scans_count AFTER INSERT ON leg_scans
  FOR EACH ROW EXECUTE FUNCTION count_scan();

CREATE FUNCTION note_last_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations SET last_message_id = NEW.id WHERE id = NEW.conversation_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER messages_last AFTER INSERT ON messages
  FOR EACH ROW EXECUTE FUNCTION note_last_message();
