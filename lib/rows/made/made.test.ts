import { describe, expect, it } from "vitest";
import type { Column } from "../../catalog/catalog.ts";
import { createTextGenerator } from "../codec/generated-text.ts";
import { candidatesFor, type Hints, type Made } from "./candidates.ts";
import { sampleId } from "./sample-id.ts";

describe("an id as an application would make it", () => {
  it.each([
    "cuid",
    "cuid2",
    "cuid2:10",
    "ulid",
    "ksuid",
    "nanoid",
    "nanoid:12",
    "inv_{base62:16}",
    "{uuid}-{digits:6}",
    "base58:9",
  ])("%s fits its generator, and is another one for another row", (generator) => {
    const [one, other] = [100, 101].map((place) => sampleId(generator, place));
    expect(createTextGenerator(generator)!.matches(one!)).toBe(true);
    expect(other).not.toBe(one);
  });

  it("is none where nobody knows how it is made", () => {
    expect(sampleId("snowflake", 100)).toBeNull();
  });
});

describe("values for a column", () => {
  const column = (type: string, nullable = false) =>
    ({ type, baseType: `pg_catalog.${type.split("(")[0]}`, elementType: null, nullable }) as Column;
  const hints = (type: string, more: Partial<Hints> = {}): Hints => ({
    type,
    labels: [],
    generator: null,
    constants: [],
    ...more,
  });
  const first: Made = { owner: "a", number: 0 };

  it("are the same every time, and others for another row", () => {
    const of = (made: Made) => candidatesFor(column("uuid"), hints("uuid"), made);
    expect(of(first)).toEqual(of({ ...first }));
    expect(of({ owner: "b", number: 0 })).not.toEqual(of(first));
  });

  it("begin with what a check names, with what lies beside a bound, and never outgrow the column", () => {
    const bounded = candidatesFor(column("int4"), hints("integer", { constants: ["7", "9"] }), first);
    expect(bounded.slice(0, 5)).toEqual(["7", "8", "6", "9", "10"]);
    const short = candidatesFor(
      column("varchar(3)"),
      hints("character varying(3)", { constants: ["open", "EUR"] }),
      first,
    );
    expect(short[0]).toBe("EUR");
    expect(short.every((text) => text.length <= 3)).toBe(true);
  });

  it("are an empty array and one with an element, where there is one that fits", () => {
    const list = { ...column("text[]"), elementType: "pg_catalog.text" } as Column;
    expect(candidatesFor(list, hints("text[]"), first)).toEqual(["{}", '{"a0-made"}']);
    const moods = candidatesFor(list, hints("mood[]", { labels: ["calm"] }), first);
    expect(moods).toContain('{"calm"}');
  });

  it("are an enum's labels by turns", () => {
    const labels = ["calm", "busy"];
    const of = (number: number) =>
      candidatesFor(column("mood"), hints("mood", { labels }), { owner: "a", number });
    expect([of(0)[0], of(1)[0]]).toEqual(labels);
  });
});
