/** The shape of the schema as it is at this moment, for comparing with that which rows were recorded under. */
import type pg from "pg";
import { doomedTables } from "./doomed-tables.ts";
import { pointersInto } from "./pointers-in.ts";
import type { DeleteRequest } from "./request.ts";
import { shapeOf } from "./shape-of.ts";
import { tenantGround } from "./tenant-ground.ts";

export async function shapeNow(client: pg.ClientBase, request: DeleteRequest): Promise<string> {
  const { catalog, model } = await tenantGround(client, request);
  const doomed = doomedTables(catalog, model);
  return shapeOf(catalog, model, doomed, pointersInto(catalog, model, doomed));
}
