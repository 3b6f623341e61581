-- Roles become rows, so that an organization can define its own beside the built-in ones, which belong to
-- nobody and are given to everybody. Their ids differ from installation to installation.
CREATE TABLE roles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  permissions text[] NOT NULL DEFAULT '{}',
  UNIQUE (organization_id, name)
);
CREATE UNIQUE INDEX roles_shared_name ON roles (name) WHERE organization_id IS NULL;

INSERT INTO roles (name, permissions) VALUES
  ('owner', '{organization.manage,billing.manage,shipments.write,documents.write,reports.read}'),
  ('member', '{shipments.write,documents.write,reports.read}'),
  ('accountant', '{billing.manage,reports.read}'),
  ('observer', '{reports.read}');

-- Whatever else stood in memberships.role was an organization's own invention: keep it as its own role.
INSERT INTO roles (organization_id, name)
SELECT DISTINCT m.organization_id, m.role
FROM memberships m
WHERE m.role NOT IN (SELECT name FROM roles WHERE organization_id IS NULL);

ALTER TABLE memberships ADD COLUMN role_id uuid REFERENCES roles (id);

UPDATE memberships m
SET role_id = r.id
FROM roles r
WHERE r.name = m.role AND (r.organization_id IS NULL OR r.organization_id = m.organization_id);

ALTER TABLE memberships ALTER COLUMN role_id SET NOT NULL, DROP COLUMN role;
CREATE INDEX memberships_role ON memberships (role_id);
