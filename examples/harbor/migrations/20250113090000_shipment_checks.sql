-- For new rows only at first, so that the table is not locked while the old ones are checked.
ALTER TABLE shipments
  ADD CONSTRAINT shipments_value_has_currency CHECK (declared_value IS NULL OR currency IS NOT NULL) NOT VALID,
  ADD CONSTRAINT shipments_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
