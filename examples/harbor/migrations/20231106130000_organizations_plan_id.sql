-- The plan's code in a text column allowed plans that do not exist; those fall back to the smallest.
ALTER TABLE organizations ADD COLUMN plan_id bigint REFERENCES plans (id);

UPDATE organizations o
SET plan_id = coalesce(
  (SELECT p.id FROM plans p WHERE p.code = o.plan),
  (SELECT p.id FROM plans p WHERE p.code = 'starter'));

ALTER TABLE organizations ALTER COLUMN plan_id SET NOT NULL, DROP COLUMN plan;
CREATE INDEX organizations_plan ON organizations (plan_id);
