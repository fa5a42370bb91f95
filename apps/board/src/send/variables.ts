import { providers, secretMeaning } from '@sluice/providers'
import { commaSeparated, hostDatabaseUrl } from '@sluice/runtime/settings'
import { z } from 'zod'

/** The variables of the view Send, which are not read in production: there the board holds no secret of others. */
export const sendingVariables = {
  INGEST_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address of ingest, http://…' })
    .default('http://localhost:3000')
    .describe('Address of ingest that the view Send of the board posts to; not read in production'),
  HOST_DATABASE_URL: hostDatabaseUrl,
}

/** The signing secrets, by the name of their variable. */
export const secretVariables = Object.fromEntries(
  providers.map((provider) => [provider.secretVariable, commaSeparated.describe(secretMeaning(provider))]),
)
