-- Listing documents read megabytes of text that nobody looked at: it moves to a table of its own, behind the
-- document. That table carries nobody's key; whoever owns the document owns its data.
CREATE TABLE document_data (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  extracted_text text,
  thumbnail bytea,
  pages smallint NOT NULL DEFAULT 1
);

ALTER TABLE documents ADD COLUMN data_id uuid;
UPDATE documents SET data_id = gen_random_uuid();

INSERT INTO document_data (id, extracted_text, thumbnail)
SELECT data_id, extracted_text, thumbnail FROM documents;

ALTER TABLE documents
  ALTER COLUMN data_id SET NOT NULL,
  ADD UNIQUE (data_id),
  ADD FOREIGN KEY (data_id) REFERENCES document_data (id),
  DROP COLUMN extracted_text,
  DROP COLUMN thumbnail;
