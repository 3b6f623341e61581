import { describe, expect, test } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { createTranscoder, type TranscoderOptions } from "./transcode.ts";

describe("a line that is not as the database writes it", () => {
  const good = '{"a":1,"b":"x"}\n';
  const two = [
    { name: "a", encoding: "literal" },
    { name: "b", encoding: "text" },
  ] as const;

  function refusalOf(source: string | Buffer, options: Partial<TranscoderOptions> = {}): Refusal {
    const transcoder = createTranscoder({ label: "public.two", columns: two, ...options });
    try {
      transcoder.member("data/2/000001.jsonl");
      transcoder.write(Buffer.from('{"a":1,"b":"fine"}\n'));
      for (const byte of Buffer.from(source)) transcoder.write(Buffer.of(byte));
      transcoder.end();
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    throw new Error("accepted");
  }

  test.each([
    ["white space", '{"a": 1,"b":"x"}\n'],
    ["another order", '{"b":"x","a":1}\n'],
    ["a missing column", '{"a":1}\n'],
    ["a column twice", '{"a":1,"a":1,"b":"x"}\n'],
    ["a column too many", '{"a":1,"b":"x","c":1}\n'],
    ["a key spelt by an escape", '{"\\u0061":1,"b":"x"}\n'],
    ["a literal in a text column", '{"a":1,"b":12}\n'],
    ["a string in a literal column", '{"a":"1","b":"x"}\n'],
    ["a fraction", '{"a":1.5,"b":"x"}\n'],
    ["an exponent", '{"a":1e5,"b":"x"}\n'],
    ["a leading zero", '{"a":01,"b":"x"}\n'],
    ["minus zero", '{"a":-0,"b":"x"}\n'],
    ["a lone minus", '{"a":-,"b":"x"}\n'],
    ["eleven digits", '{"a":12345678901,"b":"x"}\n'],
    ["a literal cut short", '{"a":tru,"b":"x"}\n'],
    ["a null cut short", '{"a":nul\n'],
    ["an object", '{"a":{},"b":"x"}\n'],
    ["an open string", '{"a":1,"b":"x\n"}\n'],
    ["a raw tab", '{"a":1,"b":"x\ty"}\n'],
    ["an unknown escape", '{"a":1,"b":"x\\vy"}\n'],
    ["a NUL", '{"a":1,"b":"x\\u0000y"}\n'],
    ["a lone high surrogate", '{"a":1,"b":"x\\ud83dy"}\n'],
    ["a lone low surrogate", '{"a":1,"b":"x\\ude42y"}\n'],
    ["a high surrogate twice", '{"a":1,"b":"x\\ud83d\\ud83d"}\n'],
    ["a \\u cut short", '{"a":1,"b":"x\\u00"}\n'],
    ["a \\u at the end", '{"a":1,"b":"x\\u\n'],
    ["a backslash at the end", '{"a":1,"b":"x\\\n'],
    ["a carriage return behind", '{"a":1,"b":"x"}\r\n'],
    ["a comma behind", '{"a":1,"b":"x"},\n'],
    ["an empty line", "\n"],
    ["a byte order mark", '\ufeff{"a":1,"b":"x"}\n'],
    ["no newline at the end", '{"a":1,"b":"x"}'],
    ["invalid UTF-8", Buffer.from('{"a":1,"b":"\xff"}\n', "latin1")],
    ["a surrogate as UTF-8", Buffer.from('{"a":1,"b":"\xed\xa0\xbd"}\n', "latin1")],
    ["an overlong quote", Buffer.from('{"a":1,"b":"\xc0\xa2"}\n', "latin1")],
  ])("is refused by member and line: %s", (_, source) => {
    const refusal = refusalOf(source);
    expect(refusal.findings).toHaveLength(1);
    expect(refusal.findings[0]).toMatchObject({
      code: "line-malformed",
      severity: "blocks",
      where: "data/2/000001.jsonl",
    });
    expect(refusal.findings[0]?.what).toMatch(/^line 2: /);
  });

  test("is refused without telling what it holds", () => {
    const { what, todo } = refusalOf('{"a":1,"b":"hunter2\\x"}\n').findings[0] ?? { what: "" };
    expect(what + todo).not.toContain("hunter2");
  });

  test("counts lines from 1 in every member, and lets none run from one member into the next", () => {
    const transcoder = createTranscoder({ label: "public.two", columns: two });
    transcoder.member("data/1/000001.jsonl");
    transcoder.write(Buffer.from(good + good));
    transcoder.member("data/1/000002.jsonl");
    expect(() => transcoder.write(Buffer.from(`${good}{}\n`))).toThrow(/^data\/1\/000002\.jsonl: line 2:/);
    const open = createTranscoder({ label: "public.two", columns: two });
    open.write(Buffer.from(good.slice(0, -5)));
    expect(() => open.member("data/1/000002.jsonl")).toThrow(
      /^public\.two: line 1: it ends without a newline/,
    );
  });

  test("names the line of invalid UTF-8 within a piece", () => {
    const transcoder = createTranscoder({ label: "t", columns: two });
    const bytes = Buffer.from(
      '{"a":1,"b":"x"}\n{"a":1,"b":"x"}\n{"a":1,"b":"\xfe"}\n{"a":1,"b":"x"}\n',
      "latin1",
    );
    expect(() => transcoder.write(bytes)).toThrow("t: line 3: it is not valid UTF-8.");
  });

  test("is refused when it is longer than allowed, whole or still arriving", () => {
    const long = `{"a":1,"b":"${"x".repeat(200)}"}\n`;
    expect(refusalOf(long, { maxLine: 100 }).findings[0]).toMatchObject({ code: "line-too-long" });
    const transcoder = createTranscoder({ label: "t", columns: two, maxLine: 100 });
    expect(() => transcoder.write(Buffer.from(long))).toThrow(/line 1: it is longer than the 100 bytes/);
    expect(refusalOf("x".repeat(150), { maxLine: 100 }).findings[0]).toMatchObject({ code: "line-too-long" });
  });
});
