/** Items, notes, marks without a key, and sessions that never travel: for deletes that are disturbed very often. */

export const FILING_SCHEMA = `
  CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
  CREATE TABLE items (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, name text);
  CREATE TABLE notes (id int PRIMARY KEY, item_id int NOT NULL REFERENCES items ON DELETE CASCADE, body text);
  CREATE TABLE marks (org_id int NOT NULL REFERENCES orgs, n int);
  CREATE TABLE sessions (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs);
  CREATE INDEX ON items (org_id); CREATE INDEX ON notes (item_id); CREATE INDEX ON marks (org_id); CREATE INDEX ON sessions (org_id);
  INSERT INTO orgs VALUES (1, 'acme'), (2, 'other');
  INSERT INTO items SELECT n, 1 + n % 2, 'item ' || n FROM generate_series(1, 20) n;
  INSERT INTO notes SELECT n, 1 + n % 20, 'note ' || n FROM generate_series(1, 30) n;
  INSERT INTO marks SELECT 1 + n % 2, n / 4 FROM generate_series(1, 20) n;
  INSERT INTO sessions VALUES (1, 1), (2, 2);`;
export const FILING_OWNED = {
  "public.orgs": "t.id::text = $1",
  "public.items": "t.org_id::text = $1",
  "public.notes": "t.item_id IN (SELECT id FROM public.items WHERE org_id::text = $1)",
  "public.marks": "t.org_id::text = $1",
  "public.sessions": "t.org_id::text = $1",
};
export const FILING_YAML = "tables: { public.sessions: excluded }";
