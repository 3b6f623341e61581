-- no-transaction
CREATE INDEX CONCURRENTLY leg_scans_leg ON leg_scans (shipment_id, leg_position);
