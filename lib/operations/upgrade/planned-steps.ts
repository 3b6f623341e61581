/** As the plan shows them; `steps.ts` runs them. */
export const UPGRADE_STEPS = [
  {
    name: "write",
    title: "Run the migrations over its rows on a throwaway server, and write a new bundle",
    reversibility: "compensating",
  },
  { name: "prove", title: "Read it back and prove it", reversibility: "compensating" },
] as const;
