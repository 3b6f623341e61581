/** What each sealed value of the records is bound to: the row and column where it belongs. */
export const secretContext = {
  plannerUrl: (databaseId: string) => `databases/${databaseId}/planner_url`,
  runnerUrl: (databaseId: string) => `databases/${databaseId}/runner_url`,
  signingKey: (keyId: string) => `signing_keys/${keyId}/private_key`,
  encryptionKey: (recipient: string) => `encryption_keys/${recipient}/identity`,
  webhookSecret: (webhookId: string) => `webhooks/${webhookId}/secret`,
  effectRows: (effectId: string) => `migration_effects/${effectId}/personal_rows`,
} as const;
