import { describe, expect, it } from "vitest";
import { links } from "../links.ts";
import { currentPlatform, platformAt, sectionAt, sectionsOf } from "./sections.model.ts";

describe("sections", () => {
  it("are where their own links lead", () => {
    for (const platform of ["harbor", null])
      for (const section of sectionsOf(platform))
        expect(sectionAt(section.href), section.title).toBe(
          section.href === links.platforms() ? "platform" : section.id,
        );
  });

  it("know a page inside of them", () => {
    expect(sectionAt(links.tenant("harbor", "a/b"))).toBe("tenants");
    expect(sectionAt(links.model("harbor"))).toBe("platform");
    expect(sectionAt(links.operation("x"))).toBe("operations");
    expect(sectionAt(links.newPlatform())).toBe("platform");
  });

  it("leave out what belongs to a platform where there is none", () => {
    expect(sectionsOf(null).map((section) => section.id)).not.toContain("tenants");
  });

  it("have each a key of their own", () => {
    const keys = sectionsOf("harbor").map((section) => section.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("the platform to work in", () => {
  it("is the address's, then the one used last, then the first", () => {
    const both = ["harbor", "pier"];
    expect(currentPlatform(links.tenants("pier"), both, "harbor")).toBe("pier");
    expect(currentPlatform("/operations", both, "pier")).toBe("pier");
    expect(currentPlatform("/operations", both, "gone")).toBe("harbor");
    expect(currentPlatform("/", [], "harbor")).toBeNull();
  });

  it("is no platform that is not there", () => {
    expect(currentPlatform(links.platform("gone"), ["harbor"], undefined)).toBe("harbor");
    expect(platformAt(links.newPlatform())).toBeUndefined();
    expect(platformAt(links.platform("har bor"))).toBe("har bor");
  });
});
