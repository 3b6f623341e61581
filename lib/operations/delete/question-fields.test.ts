import fc from "fast-check";
import { expect, test } from "vitest";
import { askedBy, questionField } from "./question-fields.ts";

test("a question goes into a field's name that any browser sends as it is, and comes out of it", () => {
  const about = 'public.marks (subject) → public.items (id) polymorphic {"kind":"item"}';
  const field = questionField({ kind: "pointer", about });
  expect(field).toMatch(/^pointer:[0-9a-f]+$/);
  expect(askedBy(field)).toEqual({ kind: "pointer", about });
  fc.assert(
    fc.property(
      fc.constantFrom("pointer", "trigger"),
      fc.string({ unit: "grapheme", minLength: 1 }),
      (kind, name) => {
        expect(askedBy(questionField({ kind, about: name }))).toEqual({ kind, about: name });
      },
    ),
  );
});

test("a field that is no question's is none, and one that nobody made here is about what it says", () => {
  expect(askedBy("phrase")).toBeNull();
  expect(askedBy("pointers")).toBeNull();
  expect(askedBy("domain:a.example")).toBeNull();
  expect(askedBy("trigger:public.a (t)")).toEqual({ kind: "trigger", about: "public.a (t)" });
  expect(askedBy("pointer:")).toEqual({ kind: "pointer", about: "" });
});
