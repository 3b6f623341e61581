CREATE TABLE devices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations (id),
  serial_number text NOT NULL,
  model text NOT NULL,
  mac macaddr,
  certificate text,
  private_key text,                       -- only until the device has fetched it
  installed_on date,
  retired_at timestamptz,
  UNIQUE (organization_id, serial_number)
);

-- One reading of one handheld or gate. No foreign key to devices: readings outlive the device, and the check
-- on every insert was too dear at the gates.
CREATE TABLE leg_scans (
  id bigserial PRIMARY KEY,
  shipment_id uuid NOT NULL,
  leg_position smallint NOT NULL,
  device_id uuid,
  scanned_at timestamptz NOT NULL,
  place point,
  temperature_c real,
  payload json,
  FOREIGN KEY (shipment_id, leg_position) REFERENCES shipment_legs (shipment_id, position) ON DELETE CASCADE
);
