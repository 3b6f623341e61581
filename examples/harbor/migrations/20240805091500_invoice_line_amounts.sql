-- Amounts that the application had computed were off by rounding in places: the database computes them.
ALTER TABLE invoice_lines DROP COLUMN amount;
ALTER TABLE invoice_lines
  ADD COLUMN amount numeric(14, 2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED;
