/** How a command ends. */
export const EXIT = {
  done: 0,
  /** At least one finding blocks. */
  findings: 1,
  /** The command line, a file that it names, or the way to the database is wrong. */
  usage: 2,
  /** Stopped half-way, or the outcome is not known: a sentence says what to check. */
  interrupted: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
