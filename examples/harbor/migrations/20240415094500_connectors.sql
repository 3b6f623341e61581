CREATE TABLE environments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  base_url text NOT NULL,
  UNIQUE (project_id, name)
);

CREATE TABLE connectors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects (id),
  environment_id uuid NOT NULL REFERENCES environments (id),
  kind text NOT NULL,
  vault_path text NOT NULL,               -- env:<project>:<environment>:<name>
  config jsonb NOT NULL DEFAULT '{}',
  poll_every interval,
  enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX connectors_project ON connectors (project_id);
CREATE INDEX connectors_environment ON connectors (environment_id);
