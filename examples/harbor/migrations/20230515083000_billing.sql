CREATE TYPE invoice_status AS ENUM ('draft', 'open', 'paid', 'void');

-- A price without an organization is on everybody's list; an organization's own price of the same code wins.
CREATE TABLE price_list (
  id serial PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id),
  code text NOT NULL,
  description text NOT NULL,
  unit_price numeric(12, 4) NOT NULL,
  currency currency_code NOT NULL DEFAULT 'EUR',
  valid daterange NOT NULL DEFAULT '[2023-01-01,)',
  UNIQUE (organization_id, code)
);
CREATE UNIQUE INDEX price_list_shared_code ON price_list (code) WHERE organization_id IS NULL;

INSERT INTO price_list (code, description, unit_price) VALUES
  ('handling', 'Terminal handling, per package', 18.5),
  ('customs', 'Customs clearance, per entry', 65),
  ('storage', 'Storage, per pallet and day', 2.375),
  ('insurance', 'Cargo insurance, per thousand of declared value', 3.9),
  ('documentation', 'Documentation fee, per shipment', 25);

CREATE TABLE invoices (
  id text PRIMARY KEY,                    -- inv_ and 16 characters, made by the application
  organization_id uuid NOT NULL REFERENCES organizations (id),
  customer_id bigint NOT NULL,
  number integer NOT NULL,
  status invoice_status NOT NULL DEFAULT 'draft',
  currency currency_code NOT NULL,
  issued_on date,
  payment_term interval NOT NULL DEFAULT '30 days',
  pdf_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, number),
  FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id)
);
CREATE INDEX invoices_organization ON invoices (organization_id, id);
CREATE INDEX invoices_customer ON invoices (organization_id, customer_id);

CREATE TABLE invoice_lines (
  invoice_id text NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
  line_no smallint NOT NULL,
  price_id integer REFERENCES price_list (id),
  shipment_id uuid REFERENCES shipments (id),
  description text NOT NULL,
  quantity numeric(12, 3) NOT NULL,
  unit_price numeric(12, 4) NOT NULL,
  amount numeric,
  PRIMARY KEY (invoice_id, line_no)
);
CREATE INDEX invoice_lines_price ON invoice_lines (price_id);
CREATE INDEX invoice_lines_shipment ON invoice_lines (shipment_id);
