/** The statements that fill the records; each says what `$n` are. Times go back three years from now. */

/** $1 how many. */
export const PERSONS = `
  INSERT INTO persons (id, email, name, created_at)
  SELECT gen_random_uuid(), 'person-' || n || '@example.com', 'Person No. ' || n, now() - interval '3 years'
  FROM generate_series(1, $1::int) AS n`;

export const ROLE_GRANTS = `
  INSERT INTO role_grants (person_id, role)
  SELECT id, (ARRAY['viewer', 'support', 'operator', 'reviewer'])[1 + substr(name, 12)::int % 4]
  FROM persons WHERE name LIKE 'Person No. %'`;

/** $1 the platform, $2 and $3 its databases, $4 how many; keys are 100001 and so on. */
export const TENANTS = `
  INSERT INTO tenants (id, platform_id, database_id, key, slug, name, domains, state, rows, bytes, tables, sized_at, gone_at)
  SELECT gen_random_uuid(), $1, CASE WHEN n % 2 = 0 THEN $3::uuid ELSE $2::uuid END, (100000 + n)::text,
    'tenant-' || lpad(n::text, 5, '0'), 'Tenant No. ' || n, jsonb_build_array('t' || n || '.example.com'),
    CASE WHEN n % 7 = 0 THEN 'suspended' ELSE 'active' END, n * 137, n::bigint * 137 * 512,
    (SELECT jsonb_agg(jsonb_build_object('table', 'public.table_' || t, 'rows', n * 3, 'bytes', n * 900))
       FROM generate_series(1, 40) AS t),
    now() - interval '12 minutes', CASE WHEN n % 100 = 0 THEN now() - interval '2 days' END
  FROM generate_series(1, $4::int) AS n`;

/**
 * $1 an export that succeeded, $2 an operation in review, $3 how many, $4 tenants, $5 databases. The first sixty are
 * open, each of another tenant; of the others every hundredth has failed.
 */
export const OPERATIONS = `
  INSERT INTO operations (id, kind, state, version, platform_id, database_id, claim, tenant_key, tenant_slug, input,
    idempotency_key, requested_by, reason, plan, digest, planned_at, reviews_needed, policy, expires_at, steps,
    progress, findings, result, budget_seconds, started_at, ended_at, created_at)
  SELECT ('01900000-0000-7000-8000-' || lpad(to_hex($3::int - n), 12, '0'))::uuid, o.kind,
    CASE WHEN n <= 20 THEN 'in_review' WHEN n <= 40 THEN 'running' WHEN n <= 60 THEN 'planned'
      WHEN n % 100 = 0 THEN 'failed' ELSE 'succeeded' END,
    o.version, o.platform_id, ($5::uuid[])[1 + (n + 1) % 2], 'key:' || 100000 + 1 + n % $4::int,
    (100000 + 1 + n % $4::int)::text, 'tenant-' || lpad((1 + n % $4::int)::text, 5, '0'), o.input,
    'bench-' || n, p.id, o.reason, o.plan, o.digest, at.created, o.reviews_needed, o.policy, o.expires_at, o.steps,
    o.progress, o.findings, o.result, o.budget_seconds, at.created + interval '1 minute',
    CASE WHEN n > 60 THEN at.created + interval '2 minutes' END, at.created
  FROM generate_series(1, $3::int) AS n
    CROSS JOIN LATERAL (SELECT now() - n * interval '15 minutes' AS created) AS at
    JOIN operations AS o ON o.id = CASE WHEN n <= 20 OR n % 3 = 0 THEN $2::uuid ELSE $1::uuid END
    JOIN persons AS p ON p.name = 'Person No. ' || 1 + n % 100`;

/** By persons who never ask. */
export const REVIEWS = `
  INSERT INTO reviews (id, operation_id, requested_by, reviewer_id, decision, digest, intent, risk, rollback, reason, created_at)
  SELECT gen_random_uuid(), o.id, o.requested_by, p.id, 'approve', o.digest, 'as asked', 'low', 'credible', 'fine', o.planned_at
  FROM operations AS o JOIN persons AS p ON p.name = 'Person No. ' || 101 + (hashtext(o.id::text) & 63)
  WHERE o.idempotency_key LIKE 'bench-%' AND o.state IN ('succeeded', 'failed')`;

export const EVENTS = `
  INSERT INTO operation_events (operation_id, at, type, data)
  SELECT o.id, o.created_at + n * interval '10 seconds', CASE WHEN n < 5 THEN 'state' ELSE 'progress' END,
    jsonb_build_object('from', 'queued', 'to', 'running')
  FROM operations AS o CROSS JOIN generate_series(1, 6) AS n WHERE o.idempotency_key LIKE 'bench-%'`;

/** $1 a real one, $2 how many, $3 tenants. Their files are nowhere: lists do not open them. */
export const BUNDLES = `
  INSERT INTO bundles (id, platform_id, store, name, state, origin, operation_id, created_by, tenant_key, tenant_slug,
    schema_version, fingerprint, rows, bytes, sha256, signature, manifest, seal, verified_at, expires_at, created_at)
  SELECT gen_random_uuid(), b.platform_id, b.store, 'bench-' || n, CASE WHEN n % 50 = 0 THEN 'expired' ELSE 'ready' END,
    b.origin, b.operation_id, b.created_by, (100000 + 1 + n % $3::int)::text, 'tenant-' || lpad((1 + n % $3::int)::text, 5, '0'),
    b.schema_version, b.fingerprint, b.rows + n, b.bytes + n, b.sha256, b.signature, b.manifest, b.seal,
    now() - n * interval '1 hour', now() + n * interval '1 hour', now() - n * interval '1 hour'
  FROM bundles AS b CROSS JOIN generate_series(1, $2::int) AS n WHERE b.id = $1`;

/** $1 whose, $2 how many; the first fifty are not read yet. */
export const NOTICES = `
  INSERT INTO notices (id, person_id, type, operation_id, read_at, created_at)
  SELECT gen_random_uuid(), $1, 'outcome', id, CASE WHEN n > 50 THEN created_at END, created_at
  FROM (SELECT id, created_at, row_number() OVER (ORDER BY created_at DESC) AS n FROM operations
    WHERE state = 'succeeded') AS o WHERE n <= $2::int`;

/** $1 entries of each operation, $2 persons. Ids in the order of time, as the console makes them. */
export const AUDIT_ENTRIES = `
  INSERT INTO audit_entries (id, at, actor_id, actor_name, action, subject_type, subject_id, operation_id, platform_id, tenant_key, data)
  SELECT ('01910000-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid,
    date_trunc('milliseconds', o.created_at + n * interval '20 seconds'), p.id, p.name,
    (ARRAY['operation.requested', 'operation.planned', 'operation.sent', 'operation.approved', 'operation.queued',
      'operation.started', 'operation.step', 'operation.succeeded', 'bundle.downloaded', 'person.signed-in'])[n],
    (ARRAY['operation', 'operation', 'operation', 'operation', 'operation', 'operation', 'operation', 'operation', 'bundle', 'person'])[n],
    CASE WHEN n < 9 THEN o.id::text ELSE p.id::text END, CASE WHEN n < 9 THEN o.id END, o.platform_id, o.tenant_key,
    jsonb_build_object('digest', o.digest, 'kind', o.kind, 'step', n)
  FROM (SELECT *, row_number() OVER (ORDER BY created_at, id) AS place FROM operations WHERE idempotency_key LIKE 'bench-%') AS o
    CROSS JOIN generate_series(1, $1::int) AS n
    JOIN persons AS p ON p.name = 'Person No. ' || 1 + (o.place + n) % $2::int`;

/** $1 places, $2 entries, $3 hashes. */
export const LINKS = `
  INSERT INTO audit_links (place, entry_id, hash, linked_at)
  SELECT place, entry, hash, now() FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS link(place, entry, hash)`;

/** $1 a bundle, $2 who fetched it, $3 how often. */
export const DOWNLOADS = `
  INSERT INTO downloads (id, bundle_id, person_id, state, range_start, range_end, bytes_sent, began_at, ended_at)
  SELECT gen_random_uuid(), b.id, $2, 'complete', 0, b.bytes - 1, b.bytes, now() - n * interval '1 hour', now() - n * interval '1 hour'
  FROM bundles AS b CROSS JOIN generate_series(1, $3::int) AS n
  WHERE b.id = $1 OR b.name = 'bench-' || n`;

/** $1 the platform, $2 who sent them, $3 how many. */
export const UPLOADS = `
  INSERT INTO uploads (id, platform_id, person_id, state, store, name, file_name, bytes, heartbeat_at, began_at, ended_at)
  SELECT gen_random_uuid(), $1, $2, 'refused', 'folder', 'upload-' || n, 'upload.tar.zst', n * 1000,
    at.began, at.began, at.began
  FROM generate_series(1, $3::int) AS n CROSS JOIN LATERAL (SELECT now() - n * interval '1 hour' AS began) AS at`;

/** $1 a sealed secret, $2 deliveries. All to one address, and all have arrived. */
export const DELIVERIES = `
  WITH hook AS (INSERT INTO webhooks (id, name, url, secret, events)
    VALUES (gen_random_uuid(), 'chat', 'https://hooks.example.com/tenantry', $1, '["operation.ended"]') RETURNING id)
  INSERT INTO webhook_deliveries (id, webhook_id, event, operation_id, payload, state, tries, last_status, tried_at, created_at)
  SELECT gen_random_uuid(), hook.id, 'operation.ended', o.id, jsonb_build_object('operation', o.id), 'delivered', 1, '200',
    o.created_at, o.created_at
  FROM hook, (SELECT id, created_at FROM operations WHERE idempotency_key LIKE 'bench-%' LIMIT $2::int) AS o`;

/** $1 how many. */
export const ATTEMPTS = `
  INSERT INTO sign_in_attempts (id, email, address, succeeded, attempted_at)
  SELECT gen_random_uuid(), 'person-' || 1 + n % 200 || '@example.com', '192.0.2.' || n % 250, true, now() - n * interval '20 minutes'
  FROM generate_series(1, $1::int) AS n`;
