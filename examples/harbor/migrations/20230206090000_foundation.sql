-- The role the application signs in through, the types that every table shares, and the two helper functions.

-- Roles belong to the server, not to the database: another database of Harbor may have made it already, or be
-- making it at this very moment.
DO $$
BEGIN
  CREATE ROLE harbor_app NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE DOMAIN currency_code AS char(3) CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN amount AS numeric(14, 2);

CREATE TYPE organization_status AS ENUM ('trial', 'active', 'suspended', 'closed');
CREATE TYPE shipment_status AS ENUM ('draft', 'booked', 'in_transit', 'customs', 'delivered', 'cancelled');

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
