/** Arrays, types of a platform's own and types of extensions: the hardest values of each. */
import { TEXTS } from "./built-in-types.ts";
import type { TypeCase } from "./type-case.ts";

/** Types of the platform's own, made in schema public, and extensions that ship with Postgres. */
export const SETUP = `
  CREATE EXTENSION hstore SCHEMA public; CREATE EXTENSION citext SCHEMA public;
  CREATE EXTENSION ltree SCHEMA public; CREATE EXTENSION cube SCHEMA public;
  CREATE EXTENSION seg SCHEMA public; CREATE EXTENSION isn SCHEMA public;
  CREATE EXTENSION intarray SCHEMA public; CREATE EXTENSION lo SCHEMA public;
  CREATE TYPE public.mood AS ENUM ('ok', 'so so', 'it''s "bad", (really)', '', 'NULL', 'ünïcode');
  CREATE TYPE public."Odd Type" AS ENUM ('a');
  CREATE DOMAIN public.count AS int4 CHECK (VALUE > -10);
  CREATE DOMAIN public.small_count AS public.count;
  CREATE DOMAIN public.flag AS bool;
  CREATE DOMAIN public.email AS text CHECK (VALUE <> 'nobody');
  CREATE DOMAIN public.big AS int8;
  CREATE DOMAIN public.moods AS public.mood[];
  CREATE TYPE public.pair AS (a int4, b text);
  CREATE TYPE public.nested AS (p public.pair, list public.pair[], at timestamptz, j json, e public.mood);
  CREATE TYPE public.one AS (a text);
  CREATE TYPE public.none AS ();
  CREATE DOMAIN public.checked_pair AS public.pair CHECK ((VALUE).a IS DISTINCT FROM 99);
  CREATE TYPE public.textrange AS RANGE (subtype = text);
  CREATE TYPE public.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
  -- A cast to json is what row_to_json would call; it prints something that the type does not read back.
  CREATE TYPE public.cast_away AS ENUM ('kept', 'kept too');
  CREATE FUNCTION public.cast_away_json(public.cast_away) RETURNS json LANGUAGE sql IMMUTABLE
    AS $$ SELECT '{"lost": true}'::json $$;
  CREATE CAST (public.cast_away AS json) WITH FUNCTION public.cast_away_json(public.cast_away);
  CREATE FUNCTION public.cast_away_text(public.cast_away) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT 'lost' $$;
  CREATE CAST (public.cast_away AS text) WITH FUNCTION public.cast_away_text(public.cast_away);
  CREATE TABLE public."Odd Table" (id int);
  CREATE FUNCTION public.odd_function(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
`;

export const ARRAY_TYPES: readonly TypeCase[] = [
  {
    type: "int4[]",
    values: [
      "{}",
      "{1,NULL,-3}",
      "[0:1]={1,2}",
      "{{1,2},{3,4}}",
      "[-1:0][2:3]={{1,2},{3,NULL}}",
      "[5:5]={NULL}",
    ],
  },
  { type: "int8[]", values: ["{9223372036854775807}"] },
  { type: "bool[]", values: ["{t,f,NULL}"] },
  {
    type: "text[]",
    values: [
      "{}",
      '{"NULL",NULL,"","a b","\\"","\\\\",",","{}","\n\t"}',
      '[2:3]={a,"\\\\N"}',
      "{{a,b},{c,d}}",
    ],
  },
  { type: "varchar(3)[]", values: ["{abc,NULL}"] },
  { type: "char(3)[]", values: ["{a,ab}"] },
  { type: "numeric[]", values: ["{1.10,NaN,NULL,1.100}"] },
  { type: "float8[]", values: ["{-0,NaN,Infinity,5e-324}"] },
  { type: "json[]", values: ['{"null",NULL,"{\\"a\\": 1,\n\\"a\\":2}"}'] },
  { type: "jsonb[]", values: ['{"null",NULL,"{\\"a\\": 1}"}'] },
  { type: "uuid[]", values: ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}"] },
  { type: "timestamptz[]", values: ['{"2024-01-01 00:00:00+02",infinity,"0001-01-01 00:00:00+00 BC"}'] },
  { type: "bytea[]", values: ['{"\\\\x00ff",NULL}'] },
  { type: "box[]", values: ["{(1,1),(0,0);(2,2),(0,0)}"] },
  { type: "int4range[]", values: ['{"[1,5)",empty}'] },
  { type: "public.mood[]", values: ['{ok,"so so","",NULL,"NULL"}'] },
  { type: "public.pair[]", values: ['{"(1,\\"a b\\")",NULL,"(,)"}', '[0:0]={"(2,)"}'] },
  { type: "public.count[]", values: ["{1,NULL,2}"] },
  { type: "public.hstore[]", values: ['{"\\"a\\"=>\\"b\\"",NULL}'] },
];

export const OWN_TYPES: readonly TypeCase[] = [
  { type: "public.mood", values: ["ok", "so so", 'it\'s "bad", (really)', "", "NULL", "ünïcode"] },
  { type: 'public."Odd Type"', values: ["a"] },
  { type: "public.cast_away", values: ["kept", "kept too"] },
  { type: "public.count", values: ["-9", "5"] },
  { type: "public.small_count", values: ["7"] },
  { type: "public.flag", values: ["t", "f"] },
  { type: "public.email", values: ["", "a@example.org", "\\N"] },
  { type: "public.big", values: ["9007199254740993"] },
  { type: "public.moods", values: ["{}", '{ok,"so so",NULL}', "[0:0]={ok}"] },
  { type: "public.pair", values: ["(,)", "(1,)", '(,"")', '(-1,"a ""quoted"", \\\\ (x)\n\t")', "(2,NULL)"] },
  {
    type: "public.nested",
    values: [
      "(,,,,)",
      '("(,)","{}","2024-01-01 00:00:00+00"," {""a"" : 1,\n""a"":2}",ok)',
      '("(1,""x y"")","{""(2,z)"",NULL}",infinity,null,"so so")',
    ],
  },
  { type: "public.one", values: ["()", '("")', "(x)"] },
  { type: "public.none", values: ["()"] },
  { type: "public.checked_pair", values: ["(,)", "(1,x)"] },
  { type: "public.textrange", values: ["empty", '[a,"b c")', '("",\\")', '["(","["]'] },
  { type: "public.textmultirange", values: ["{}", '{[a,"b c")}'] },
  { type: "public.floatrange", values: ["[-0,0.1)", "(-Infinity,5e-324]"] },
  { type: "public.hstore", values: ["", '"a"=>NULL, "b"=>"", "c d"=>"e\\"\\\\f\n"'] },
  { type: "public.citext", values: TEXTS },
  { type: "public.ltree", values: ["", "Top.Sub_1.x"] },
  { type: "public.lquery", values: ["Top.*{1,2}.!a|b@"] },
  { type: "public.ltxtquery", values: ["Europe & !Asia*@"] },
  { type: "public.cube", values: ["(1, 2),(0.1, -0)", "(0)"] },
  { type: "public.seg", values: ["1.00", "0.10 .. 2.500", "~5", "1 .."], textOnly: true },
  { type: "public.isbn", values: ["0-393-04002-X"], textOnly: true },
  { type: "public.ean13", values: ["978-0-393-04002-9"], textOnly: true },
  { type: "public.query_int", values: ["1 & ( 2 | !3 )"], textOnly: true },
  { type: "public.lo", values: ["0", "4294967295"] },
];
