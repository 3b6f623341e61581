-- 'Name <address>' in one column could neither be searched nor be written to: split it.
ALTER TABLE customers ADD COLUMN contact_name text, ADD COLUMN contact_email text;

UPDATE customers
SET contact_name = nullif(btrim(regexp_replace(contact, '\s*<[^>]*>\s*$', '')), ''),
    contact_email = lower(substring(contact FROM '<([^>]+)>'))
WHERE contact IS NOT NULL;

ALTER TABLE customers DROP COLUMN contact;
CREATE INDEX customers_contact_email ON customers (organization_id, lower(contact_email));
