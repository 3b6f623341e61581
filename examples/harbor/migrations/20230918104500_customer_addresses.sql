-- Street, postcode and city are never read apart: one composite value.
CREATE TYPE postal_address AS (street text, postcode text, city text);

ALTER TABLE customers ADD COLUMN address postal_address;

UPDATE customers
SET address = ROW(street, postcode, city)
WHERE num_nonnulls(street, postcode, city) > 0;

ALTER TABLE customers DROP COLUMN street, DROP COLUMN postcode, DROP COLUMN city;
ALTER TABLE customers ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
CREATE INDEX customers_name_key ON customers (organization_id, name_key);
