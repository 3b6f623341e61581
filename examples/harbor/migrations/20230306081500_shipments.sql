CREATE TABLE shipments (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  customer_id bigint,                     -- filled by the importer of bookings, unchecked for now
  created_by uuid REFERENCES users (id),
  reference text NOT NULL,
  description text NOT NULL,
  notes text,
  status shipment_status NOT NULL DEFAULT 'draft',
  origin_country char(2) NOT NULL REFERENCES countries (code),
  destination_country char(2) NOT NULL REFERENCES countries (code),
  weight_kg numeric(10, 3) CHECK (weight_kg > 0),
  packages smallint NOT NULL DEFAULT 1,
  insured boolean NOT NULL DEFAULT false,
  declared_value amount,
  currency currency_code,
  ready_on date,
  pickup_after time,
  transit interval,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX shipments_organization ON shipments (organization_id, id);
CREATE INDEX shipments_customer ON shipments (customer_id);
CREATE INDEX shipments_created_by ON shipments (created_by);
CREATE INDEX shipments_origin ON shipments (origin_country);
CREATE INDEX shipments_destination ON shipments (destination_country);

CREATE TABLE shipment_legs (
  shipment_id uuid NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
  position smallint NOT NULL,
  carrier text NOT NULL,
  vessel text,
  from_port text NOT NULL,
  to_port text NOT NULL,
  departs_at timestamptz NOT NULL,
  arrives_at timestamptz,
  distance_km double precision,
  cost amount,
  PRIMARY KEY (shipment_id, position)
);

CREATE TRIGGER shipments_touch BEFORE UPDATE ON shipments
  FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
