/** What a delete's plan cannot know is asked by its form, answered there, reviewed by somebody else, done, and undone. */
import { eq } from "drizzle-orm";
import { questionField } from "../lib/operations/delete/question-fields.ts";
import { operations } from "../lib/records/schema/operations.ts";
import { carryOut } from "./fixtures/operations.ts";
import { newPointedAt } from "./fixtures/pointed-at.ts";
import { postOf, send } from "./fixtures/posts.ts";
import { expect, test } from "./fixtures/test.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { ReviewPage } from "./pages/review-page.ts";

const BY_KEY = "3 rows of public.password_hints that stay name rows of public.orders that go";
const TRIGGER = "What does public.orders (logged) write?";
const field = (about: string) => questionField({ kind: "pointer", about });
const HINTS = "public.password_hints";

test("another tenant's rows that point in, and a trigger: asked, answered, approved, done and set back", async ({
  signedIn,
  library,
  world,
}) => {
  test.slow();
  const { hands, key, rows } = await newPointedAt({ library, world });
  const before = await rows();
  const operator = await signedIn("operator", { context: { javaScriptEnabled: false } });
  const other = await signedIn("operator");
  const reviewer = await signedIn("reviewer");
  const about = { kind: "delete", database: hands.world.eu.id, tenant: key };
  /** The reference without a constraint stands after the foreign key. */
  const answer = async (request: RequestPage) => {
    await request.field(BY_KEY).first().selectOption({ label: "They become NULL" });
    await request.field(BY_KEY).nth(1).selectOption({ label: "They stay, and name nobody" });
    await request.field(TRIGGER).fill("insert public.audit_log");
    await request.lookAtPlan();
    const phrase = (await request.page.locator("main form label code").textContent())!;
    expect(phrase).toBe("delete one and 4 rows");
    await request.field(/^Reason/).fill("the contract has ended");
    await request.field(/^Type/).fill(phrase);
    return phrase;
  };

  await test.step("sent without the page: a question left out, and an answer to none, are refused and leave nothing", async () => {
    const request = new RequestPage(operator.page);
    await request.open(about);
    await request.lookAtPlan();
    await expect(request.send).toHaveCount(0);
    await answer(request);
    const form = await postOf(operator.page, "Send to review");
    const said = async (fields: Record<string, string>) => {
      const { status, location, text } = await send(world, { ...form, fields }, { as: operator });
      expect([status, location]).toEqual([200, null]);
      return text;
    };
    const byName = `${HINTS} (subject) → public.orders (id) polymorphic {"subject_type":"order"}`;
    expect(Object.keys(form.fields)).toContain(field(byName));
    const { [field(byName)]: _, ...unanswered } = form.fields;
    expect(await said(unanswered)).toContain(
      "3 rows that are not the tenant&#x27;s point at its rows of public.orders",
    );
    const unasked = field("public.orders (account_id) → public.accounts (id) foreign key");
    expect(await said({ ...form.fields, [unasked]: "null" })).toContain(
      "There is an answer to what becomes of rows that point in by it, and none does.",
    );
    const mine = eq(operations.idempotencyKey, form.fields.idempotencyKey!);
    expect(await library.records.$count(operations, mine)).toBe(0);
    expect(await rows()).toEqual(before);
  });

  const { id, phrase } = await test.step("asked on the page, question by question", async () => {
    const request = new RequestPage(other.page);
    await request.open(about);
    await request.lookAtPlan();
    const typed = await answer(request);
    return { phrase: typed, id: await request.request() };
  });

  await test.step("approved by somebody else, who sees what was answered", async () => {
    const review = new ReviewPage(reviewer.page);
    await review.open(id);
    const main = reviewer.page.locator("main");
    await expect(main).toContainText("they are set to NULL before these go, and what they were is kept");
    await expect(main).toContainText("they are left as they are, and name nobody afterwards");
    await expect(main).toContainText("which is said to make inserts in public.audit_log");
    await review.judge();
    await reviewer.page.getByRole("textbox", { name: /^Type/ }).fill(phrase);
    await review.approve.click();
    await expect(reviewer.page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/);
  });

  await test.step("done: only what was said of the other tenant's rows has become of them", async () => {
    await new OperationPage(other.page).becomes("succeeded");
    const now = await rows();
    expect(now.accounts).toHaveLength(1);
    expect(now.orders).toHaveLength(3);
    expect(now.audit_log).toHaveLength(3);
    const [nulled, whole] = [/,,order,/, /order,[0-9a-f-]{36}\)$/];
    expect(now.password_hints!.filter((row) => nulled.test(row))).toHaveLength(3);
    expect(now.password_hints!.filter((row) => whole.test(row))).toHaveLength(6);
  });

  await test.step("set back by a restore; what the trigger wrote stays", async () => {
    await carryOut(hands, { kind: "restore", input: { tenantKey: key } });
    const { audit_log: logged, ...back } = await rows();
    const { audit_log: _, ...was } = before;
    expect(back).toEqual(was);
    expect(logged).toHaveLength(3);
  });
});
