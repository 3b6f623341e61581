CREATE TABLE documents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects (id),
  shipment_id uuid REFERENCES shipments (id),
  replaces_id uuid REFERENCES documents (id),
  uploaded_by uuid REFERENCES users (id),
  title text NOT NULL,
  media_type text NOT NULL DEFAULT 'application/pdf',
  object_key text NOT NULL,
  extracted_text text,
  thumbnail bytea,
  checksum bytea NOT NULL,
  bytes bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_project ON documents (project_id, id);
CREATE INDEX documents_shipment ON documents (shipment_id);
CREATE INDEX documents_replaces ON documents (replaces_id);
CREATE INDEX documents_uploaded_by ON documents (uploaded_by);
