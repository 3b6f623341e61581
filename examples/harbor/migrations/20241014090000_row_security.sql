-- The application says per transaction for whom it works: SET LOCAL harbor.organization = '…'. Unset, or
-- reset to the empty string, it sees nobody's rows.
CREATE FUNCTION harbor_organization() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('harbor.organization', true), '')::uuid
$$;

GRANT USAGE ON SCHEMA public TO harbor_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO harbor_app;
REVOKE INSERT, UPDATE, DELETE ON countries, plans FROM harbor_app;
REVOKE ALL ON _sqlx_migrations FROM harbor_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO harbor_app;

-- Tables that carry the key.
DO $$
DECLARE
  carrier text;
BEGIN
  FOREACH carrier IN ARRAY ARRAY[
    'settings', 'domains', 'roles', 'memberships', 'invites', 'sessions', 'api_keys', 'customers', 'projects',
    'devices', 'conversations', 'price_list', 'invoices', 'tickets', 'audit_events', 'usage_counters',
    'search_cache']
  LOOP
    EXECUTE format('CREATE POLICY tenant ON %I TO harbor_app USING (organization_id = harbor_organization())', carrier);
  END LOOP;
END
$$;
CREATE POLICY tenant ON organizations TO harbor_app USING (id = harbor_organization());

-- What belongs to nobody is read by everybody.
CREATE POLICY shared ON roles FOR SELECT TO harbor_app USING (organization_id IS NULL);
CREATE POLICY shared ON price_list FOR SELECT TO harbor_app USING (organization_id IS NULL);

-- Tables behind another one: a subquery in a policy sees what the policies of its table let through.
CREATE POLICY tenant ON pickups TO harbor_app USING (customer_id IN (SELECT id FROM customers));
CREATE POLICY tenant ON environments TO harbor_app USING (project_id IN (SELECT id FROM projects));
CREATE POLICY tenant ON connectors TO harbor_app USING (project_id IN (SELECT id FROM projects));
CREATE POLICY tenant ON shipments TO harbor_app USING (project_id IN (SELECT id FROM projects));
CREATE POLICY tenant ON documents TO harbor_app USING (project_id IN (SELECT id FROM projects));
CREATE POLICY tenant ON shipment_legs TO harbor_app USING (shipment_id IN (SELECT id FROM shipments));
CREATE POLICY tenant ON leg_scans TO harbor_app USING (shipment_id IN (SELECT id FROM shipments));
CREATE POLICY tenant ON index_queue TO harbor_app USING (shipment_id IN (SELECT id FROM shipments));
CREATE POLICY tenant ON messages TO harbor_app USING (conversation_id IN (SELECT id FROM conversations));
CREATE POLICY tenant ON invoice_lines TO harbor_app USING (invoice_id IN (SELECT id FROM invoices));
-- The data is written before the document that points at it.
CREATE POLICY tenant ON document_data TO harbor_app
  USING (id IN (SELECT data_id FROM documents)) WITH CHECK (true);

DO $$
DECLARE
  guarded regclass;
BEGIN
  FOR guarded IN SELECT DISTINCT polrelid FROM pg_policy LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', guarded);
  END LOOP;
END
$$;
