import { databaseUrl } from '@sluice/runtime/settings'

/** Variables that commands alone read. Others that they read are described where an app reads them. */
export const variables = {
  DATABASE_URL: databaseUrl.describe(
    'Postgres as its owner: for `migrate`, `redrive`, `replay` and other commands, and for each process whose own address is missing',
  ),
}
