CREATE TYPE ticket_priority AS ENUM ('low', 'normal', 'high', 'urgent');

CREATE TABLE tickets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  opened_by uuid REFERENCES users (id),
  assignee_id uuid REFERENCES users (id),
  shipment_public_id uuid REFERENCES shipments (public_id),
  priority ticket_priority NOT NULL DEFAULT 'normal',
  subject text NOT NULL,
  body text NOT NULL,
  related_ticket_ids bigint[] NOT NULL DEFAULT '{}',
  first_response interval,
  opened_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
CREATE INDEX tickets_organization ON tickets (organization_id, id);
CREATE INDEX tickets_opened_by ON tickets (opened_by);
CREATE INDEX tickets_assignee ON tickets (assignee_id);
CREATE INDEX tickets_shipment ON tickets (shipment_public_id);

-- Written by every service, also about rows that are gone by now: no foreign keys but the actor's.
CREATE TABLE audit_events (
  id bigserial PRIMARY KEY,
  organization_id uuid NOT NULL,
  actor_id uuid REFERENCES users (id),
  action text NOT NULL,
  subject_type text NOT NULL,
  subject_id text,
  request_id uuid,
  ip inet,
  data jsonb,
  occurred_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_actor ON audit_events (actor_id);
CREATE INDEX audit_events_subject ON audit_events (subject_type, subject_id);
