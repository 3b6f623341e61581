-- Keys were kept as they are used; from now on only their hash, and enough of the key to recognise it.
ALTER TABLE api_keys ADD COLUMN key_prefix text, ADD COLUMN key_hash text;

UPDATE api_keys
SET key_prefix = left(key, 8),
    key_hash = encode(sha256(convert_to(key, 'UTF8')), 'hex');

DROP INDEX api_keys_key;
ALTER TABLE api_keys
  ALTER COLUMN key_prefix SET NOT NULL,
  ALTER COLUMN key_hash SET NOT NULL,
  DROP COLUMN key;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (organization_id, key_hash);
