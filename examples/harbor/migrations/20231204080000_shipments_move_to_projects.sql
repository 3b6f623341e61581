-- Shipments belong to a project from now on, and to an organization only through it.
ALTER TABLE shipments ADD COLUMN project_id uuid;

INSERT INTO projects (organization_id, key, name, description)
SELECT DISTINCT s.organization_id, 'GENERAL', 'General', 'Shipments from before projects'
FROM shipments s
WHERE NOT EXISTS (
  SELECT FROM projects p
  WHERE p.organization_id = s.organization_id AND p.key = 'GENERAL' AND p.archived_at IS NULL);

UPDATE shipments s
SET project_id = coalesce(
  (SELECT d.project_id FROM documents d WHERE d.shipment_id = s.id ORDER BY d.created_at, d.id LIMIT 1),
  (SELECT p.id FROM projects p
   WHERE p.organization_id = s.organization_id AND p.key = 'GENERAL' AND p.archived_at IS NULL));

DROP INDEX shipments_organization;
ALTER TABLE shipments
  ALTER COLUMN project_id SET NOT NULL,
  ADD FOREIGN KEY (project_id) REFERENCES projects (id),
  ADD UNIQUE (project_id, id),
  ADD UNIQUE (project_id, reference),
  DROP COLUMN organization_id;

-- A document's shipment must be one of the same project: a document that strayed follows its shipment.
UPDATE documents d
SET project_id = s.project_id
FROM shipments s
WHERE s.id = d.shipment_id AND s.project_id <> d.project_id;

DROP INDEX documents_shipment;
ALTER TABLE documents
  DROP CONSTRAINT documents_shipment_id_fkey,
  ADD FOREIGN KEY (project_id, shipment_id) REFERENCES shipments (project_id, id);
CREATE INDEX documents_shipment ON documents (project_id, shipment_id);
