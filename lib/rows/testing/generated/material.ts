/** What random platforms are made of: names, types with values, and a dice that always falls the same. */
import { BUILT_IN_TYPES } from "../../codec/testing/built-in-types.ts";
import { ARRAY_TYPES } from "../../codec/testing/own-types.ts";
import type { TypeCase } from "../../codec/testing/type-case.ts";

/** Names that quoting, splitting or an alias of our own statements could stumble over. */
export const NAMES = [
  "plain", "Upper Case", "a.b", 'quo"te', "apo'strophe", "new\nline", "select", "ünïcødé", "tab\there", "back\\slash",
  "$1", "%s", " around ", "t", "r", "o", "e", "p0", "v0", "hop_1", "line", "place", "lines", "c2", "id", "user",
  "dash-ed", "semi;colon", "co,mma", "(paren)", "[0]", "per%cent", "--comment", "/* c */", "🙂", "x".repeat(61),
] as const; // biome-ignore format: a list to look at

/** Made in every random platform. */
export const TYPE_SETUP = `
  CREATE TYPE public.mood AS ENUM ('ok', 'it''s "bad", (really)', '', 'NULL', 'ünïcode');
  CREATE DOMAIN public.short_text AS text CHECK (VALUE <> 'no');
  CREATE DOMAIN public.id_of AS uuid;
  CREATE DOMAIN public.number_of AS bigint CHECK (VALUE > 0);
  CREATE DOMAIN public.text_of AS varchar(40);
  CREATE TYPE public."Odd ""Type"", it's" AS ENUM ('a,b', 'c"d');
  CREATE TYPE public.pair AS (a int4, b text);`;

const OWN: readonly TypeCase[] = [
  { type: "public.mood", values: ["ok", 'it\'s "bad", (really)', "", "NULL", "ünïcode"] },
  { type: "public.mood[]", values: ['{ok,"",NULL,"NULL"}', "{}"] },
  { type: "public.short_text", values: ["", "\\N", "\\.", "a\tb\nc", '"'] },
  { type: "public.pair", values: ["(,)", "(1,)", '(,"")', '(-1,"a ""quoted"", \\\\ (x)\n\t")'] },
  { type: `public."Odd ""Type"", it's"`, values: ["a,b", 'c"d'] },
  { type: `public."Odd ""Type"", it's"[]`, values: ['{"a,b","c\\"d",NULL}', "{}"] },
  { type: "public.pair[]", values: ['{"(1,\\"a b\\")",NULL,"(,)"}', '[0:0]={"(2,)"}'] },
];

/** Without names of objects (those need the objects) and types of other rooms' set-up. */
export const TYPES: readonly TypeCase[] = [
  ...BUILT_IN_TYPES.filter(({ type }) => !/^reg|^aclitem$/.test(type)),
  ...ARRAY_TYPES.filter(({ type }) => !type.startsWith("public.")),
  ...OWN,
];

export interface Dice {
  below(count: number): number;
  chance(oneIn: number): boolean;
  pick<T>(list: readonly T[]): T;
  uuid(): string;
  /** Characters of the alphabet that nanoid uses. */
  text(length: number): string;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

/** Mulberry32. */
export function dice(seed: number): Dice {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count: number) => next() % count;
  return {
    below,
    chance: (oneIn) => below(oneIn) === 0,
    pick: (list) => list[below(list.length)]!,
    uuid() {
      const hex = Array.from({ length: 4 }, () => next().toString(16).padStart(8, "0")).join("");
      const version = [1, 4, 4, 7][below(4)]!;
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    text: (length) => Array.from({ length }, () => ALPHABET[below(ALPHABET.length)]!).join(""),
  };
}
