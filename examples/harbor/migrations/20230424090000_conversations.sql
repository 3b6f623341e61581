CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  shipment_id uuid REFERENCES shipments (id),
  subject text NOT NULL,
  participant_ids uuid[] NOT NULL DEFAULT '{}',
  last_message_id uuid,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversations_organization ON conversations (organization_id, id);
CREATE INDEX conversations_shipment ON conversations (shipment_id);
CREATE INDEX conversations_participants ON conversations USING gin (participant_ids);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL REFERENCES conversations (id),
  author_id uuid REFERENCES users (id),
  reply_to_id uuid REFERENCES messages (id),
  body text NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT now(),
  edited_at timestamptz
);
CREATE INDEX messages_conversation ON messages (conversation_id, sent_at);
CREATE INDEX messages_author ON messages (author_id);
CREATE INDEX messages_reply_to ON messages (reply_to_id);

ALTER TABLE conversations
  ADD FOREIGN KEY (last_message_id) REFERENCES messages (id);
CREATE INDEX conversations_last_message ON conversations (last_message_id);
