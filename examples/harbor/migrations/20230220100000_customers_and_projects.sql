CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  account_number text NOT NULL,
  name text NOT NULL,
  contact text,                           -- 'Name <address>'
  street text,
  postcode text,
  city text,
  country_code char(2) REFERENCES countries (code),
  tags text[] NOT NULL DEFAULT '{}',
  credit_limit amount CHECK (credit_limit >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, account_number),
  UNIQUE (organization_id, id)
);
CREATE INDEX customers_country ON customers (country_code);

CREATE TABLE projects (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id),
  customer_id bigint REFERENCES customers (id),
  owner_id uuid REFERENCES users (id),
  key text NOT NULL,
  name text NOT NULL,
  description text,
  budget amount,
  period daterange,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);
CREATE INDEX projects_customer ON projects (customer_id);
CREATE INDEX projects_owner ON projects (owner_id);
-- An archived project gives its key free.
CREATE UNIQUE INDEX projects_live_key ON projects (organization_id, key) WHERE archived_at IS NULL;
