/** A bundle held against the tenant as it lives: equal at first, and then what the application has changed since. */
import { links } from "../components/links.ts";
import { carryOut } from "./fixtures/operations.ts";
import { FOR_WORK } from "./fixtures/patience.ts";
import { newActiveTenant, onDatabase } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";

test("a bundle is compared with its tenant, before and after the application changed a row", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newActiveTenant({ library, world });
  const exported = await carryOut({ library, world }, { kind: "export", input: { tenantKey: tenant.key } });
  const bundleId = exported.result.links.bundle!;
  const { page } = await signedIn("support");

  const compare = async () => {
    await page.goto(links.bundle(bundleId));
    await page.getByRole("link", { name: "Compare…" }).click();
    await page.getByLabel("The other side").selectOption({ label: "the tenant as it lives in eu-1" });
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await expect(page.getByRole("heading", { name: `Comparison of ${tenant.slug}` })).toBeVisible();
  };
  await compare();
  await expect(page.getByText("equal row for row")).toBeVisible({ timeout: FOR_WORK });

  await onDatabase(world.eu.url, (client) =>
    client.query(
      "UPDATE organizations SET plan_id = (SELECT max(id) FROM plans WHERE id <> plan_id) WHERE id = $1",
      [tenant.key],
    ),
  );
  await compare();
  const tables = page.getByRole("region", { name: "Tables that differ" });
  await expect(tables.getByRole("row", { name: /public\.organizations/ })).toContainText("~ 1 changed", {
    timeout: FOR_WORK,
  });
  const rows = page.getByRole("region", { name: "Rows of public.organizations that differ" });
  await expect(rows).toContainText("plan_id");
  await page.goto(links.bundle(bundleId));
  await expect(page.getByRole("link", { name: "With the tenant in eu-1" })).toHaveCount(2);
});
