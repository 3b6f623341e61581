CREATE TABLE invites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email text NOT NULL,
  role_id uuid NOT NULL REFERENCES roles (id),
  invited_by uuid NOT NULL,
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  FOREIGN KEY (organization_id, invited_by) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX invites_role ON invites (role_id);
CREATE INDEX invites_invited_by ON invites (organization_id, invited_by);
-- One open invitation a person, however they write their address.
CREATE UNIQUE INDEX invites_open ON invites (organization_id, lower(email)) WHERE accepted_at IS NULL;

CREATE UNLOGGED TABLE search_cache (
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  query text NOT NULL,
  hits jsonb NOT NULL,
  cached_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, query)
);
