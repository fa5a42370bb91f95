import { databaseUrl, hostDatabaseUrl, placementVariables } from '@sluice/runtime/settings'

/** Variables that only commands read. The others are described in the app that reads them. */
export const variables = {
  DATABASE_URL: databaseUrl.describe(
    'Postgres, as its owner: for `migrate`, `redrive`, `replay` and other commands, and for each process without its own address',
  ),
  HOST_DATABASE_URL: hostDatabaseUrl,
  ...placementVariables,
}
