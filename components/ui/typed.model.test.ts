import { describe, expect, it } from "vitest";
import { isTicked, typedValues } from "./typed.model.ts";

const form = (...fields: [string, string | File][]) => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
};

describe("a form that is shown again", () => {
  it("has what was typed, and no secret, file or field of React's", () => {
    const values = typedValues(
      form(
        ["name", "eu-1"],
        ["reason", "one, two"],
        ["runnerUrl", "postgres://u:p@h/d"],
        ["password", "p"],
        ["newSecret", "s"],
        ["domain:secret-garden.example", "secret.example"],
        ["$ACTION_REF_1", ""],
        ["file", new File(["x"], "x.yaml")],
      ),
    );
    // What stands behind a colon is a name of the platform's own.
    expect(values).toEqual({
      name: "eu-1",
      reason: "one, two",
      "domain:secret-garden.example": "secret.example",
    });
  });

  it("has its boxes ticked as they were, and none that was not", () => {
    const values = typedValues(form(["role", "operator"], ["role", "viewer"], ["keep", "on"]));
    const ticked = (name: string, value?: string) => isTicked(values, name, value, true);
    expect(["operator", "viewer", "admin"].filter((role) => ticked("role", role))).toEqual([
      "operator",
      "viewer",
    ]);
    expect([ticked("keep"), ticked("other")]).toEqual([true, false]);
  });

  it("has them as they are by default before anything was sent", () => {
    expect([isTicked({}, "keep", "on", true), isTicked({}, "keep")]).toEqual([true, false]);
  });
});
