/** Runs beside every test file: they share processes, and what one changes in the environment the next does not see. */
import { afterAll } from "vitest";

const environment = process.env;
const before = { ...environment };

afterAll(() => {
  const stands = process.env === environment;
  process.env = environment;
  for (const name of Object.keys(environment)) if (!(name in before)) delete environment[name];
  Object.assign(environment, before);
  // Stubs go on writing into the former one, where nobody reads any more.
  if (!stands)
    throw new Error("A test has put another object in place of process.env; change what is in it.");
});
