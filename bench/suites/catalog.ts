/** How long a wide schema takes to be read and understood: 1,000 tables, ownership paths of five foreign keys. */
import { readCatalog } from "../../lib/catalog/read.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { pinSession } from "../../lib/postgres/session.ts";
import { deriveModel } from "../../lib/tenancy/derive-model.ts";
import { readPlatformFile } from "../../lib/tenancy/platform-file.ts";
import { createDatabase } from "../ground/databases.ts";
import type { Ground } from "../ground/server.ts";
import { median } from "../measure/rounds.ts";
import type { Verdict } from "../report.ts";

const TABLES = 1_000;
const ROUNDS = 7;
const WANTED_SECONDS = 2;

/** Five tables stand one under the other, each with an index, a check, a trigger and a policy beside its keys. */
const WIDE = `
  CREATE TABLE orgs (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  DO $$ BEGIN FOR n IN 0..${TABLES - 2} LOOP
    EXECUTE format('CREATE TABLE t%s (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), up uuid NOT NULL REFERENCES %s, number bigserial UNIQUE, body text, data jsonb, at timestamptz, CHECK (number > 0))',
      n, CASE WHEN n % 5 = 0 THEN 'orgs' ELSE 't' || n - 1 END);
    EXECUTE format('CREATE INDEX ON t%s (up); CREATE TRIGGER t BEFORE INSERT ON t%1$s FOR EACH ROW EXECUTE FUNCTION nothing(); CREATE POLICY p ON t%1$s USING (true)', n);
    IF n % 50 = 49 THEN COMMIT; END IF;
  END LOOP; END $$`;

export async function catalogSuite(ground: Ground): Promise<Verdict[]> {
  const client = await connect(await createDatabase(ground.url, "wide"), { applicationName: "bench" });
  try {
    for (const statement of WIDE.split(/;\n(?= {2}(?:CREATE|DO))/)) await client.query(statement);
    await pinSession(client);
    const { file } = readPlatformFile(
      "platform: wide\ntenant: { table: public.orgs, slug: slug }",
      "wide.yaml",
    );
    const reading: number[] = [];
    const both: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      const catalog = await readCatalog(client);
      const read = performance.now();
      const model = deriveModel(catalog, file!);
      if (model.loadOrder.length !== TABLES) throw new Error("the wide schema is not all owned");
      reading.push((read - began) / 1000);
      both.push((performance.now() - began) / 1000);
    }
    return [verdict("catalog of 1,000 tables", reading), verdict("catalog and model of 1,000 tables", both)];
  } finally {
    await client.end();
  }
}

function verdict(what: string, seconds: readonly number[]): Verdict {
  const ratio = median(seconds) / WANTED_SECONDS;
  return {
    what,
    size: TABLES,
    ours: `${median(seconds).toFixed(2)} s`,
    peer: `${WANTED_SECONDS} s`,
    ratio,
    wanted: `≤ ${WANTED_SECONDS} s`,
    ok: ratio <= 1,
    rounds: { ours: seconds, peer: [WANTED_SECONDS] },
  };
}
