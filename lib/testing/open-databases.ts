/** The databases that this test file has created and not dropped. Beside every file, so it imports nothing. */
export const openDatabases = new Set<{ drop(): Promise<void> }>();

/** Drops what the file has left. Every database is dropped, then the first leak is thrown. */
export async function dropRemaining(): Promise<void> {
  const results = await Promise.allSettled([...openDatabases].map((database) => database.drop()));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
