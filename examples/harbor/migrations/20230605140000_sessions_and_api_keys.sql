CREATE TABLE sessions (
  id text PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  ip inet,
  user_agent text,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_organization ON sessions (organization_id);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id),
  created_by uuid REFERENCES users (id),
  name text NOT NULL,
  key text NOT NULL,
  scopes text[] NOT NULL DEFAULT '{read}',
  allowed_network cidr,
  last_used_ip inet,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX api_keys_created_by ON api_keys (created_by);
CREATE UNIQUE INDEX api_keys_key ON api_keys (organization_id, key);
