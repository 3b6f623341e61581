ALTER TABLE messages ADD COLUMN attachments jsonb;      -- [{"documentId": …, "label": …}]
ALTER TABLE documents ADD COLUMN viewer_ids uuid[];     -- NULL: everyone in the project
ALTER TABLE documents ADD COLUMN revision integer[] NOT NULL DEFAULT '{1,0}';

-- An organization's key never changes: rows, object paths and the fence of row security hang on it.
CREATE FUNCTION forbid_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the organization of a row of % cannot change', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER projects_keep_key BEFORE UPDATE OF organization_id ON projects
  FOR EACH ROW WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id)
  EXECUTE FUNCTION forbid_key_change();
