UPDATE shipments SET currency = 'EUR' WHERE declared_value IS NOT NULL AND currency IS NULL;
UPDATE shipments s
SET customer_id = NULL
WHERE customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers c WHERE c.id = s.customer_id);

ALTER TABLE shipments VALIDATE CONSTRAINT shipments_value_has_currency;
ALTER TABLE shipments VALIDATE CONSTRAINT shipments_customer;
