/** Migrations of every kind on one small schema, in an order in which they run. */

/** Each file by itself: what one leaves behind the next one finds. */
export const FILES = {
  base: `CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, kind text);
    CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int, amount int NOT NULL CHECK (amount > 0), note varchar(20), placed date NOT NULL);
    CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE TABLE audit (what text)`,
  "add column": "ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false",
  "volatile default": "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()",
  widen: "ALTER TABLE orders ALTER COLUMN note TYPE text",
  retype: "ALTER TABLE orders ALTER COLUMN amount TYPE bigint",
  "foreign key":
    "UPDATE orders SET user_id = NULL; ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)",
  "foreign key not valid":
    "ALTER TABLE orders ADD CONSTRAINT later FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
  validate: "ALTER TABLE orders VALIDATE CONSTRAINT later",
  index: "CREATE INDEX orders_placed ON orders (placed)",
  concurrently: "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)",
  "drop concurrently": "-- no-transaction\nDROP INDEX CONCURRENTLY users_email",
  "not null": "UPDATE users SET kind = 'a'; ALTER TABLE users ALTER COLUMN kind SET NOT NULL",
  unique: "ALTER TABLE users ADD CONSTRAINT users_email_once UNIQUE (email)",
  "delete some": "DELETE FROM orders WHERE amount = -1",
  empty: "TRUNCATE audit",
  block: "DO $$ BEGIN UPDATE users SET email = email || 'x'; ALTER TABLE audit ADD at timestamptz; END $$",
  partitions: "ALTER TABLE events ADD COLUMN size int; UPDATE events SET size = 1",
  renames: "ALTER TABLE orders RENAME COLUMN placed TO placed_on; ALTER TABLE users RENAME TO people",
  own: "CREATE TABLE fresh (id int); INSERT INTO fresh VALUES (1); ALTER TABLE fresh ALTER id TYPE bigint; CREATE INDEX ON fresh (id); DROP TABLE fresh",
  vacuum: "-- no-transaction\nVACUUM FULL audit",
  "fails on rows": "ALTER TABLE orders ADD CONSTRAINT cheap CHECK (amount < -5)",
  drops: "ALTER TABLE orders DROP COLUMN note; DROP TABLE audit",
  label: "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'",
  "label later": "ALTER TYPE mood ADD VALUE 'c'",
};

export type SampleFile = keyof typeof FILES;
