import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { providers } from '@sluice/providers'
import { type Settings, secretKey } from '../lib/settings.ts'

/** The signing secrets of providers, the one for messages to the host, and the login of the board. */
export type Secrets = Settings & { hostWebhookSecret: string; boardUser: string; boardPassword: string }

/**
 * Takes secrets from the environment, else from a file that is written at the first start and that only its owner can
 * read.
 */
export async function keepSecrets(directory: string, env = process.env): Promise<Secrets> {
  const file = join(directory, 'secrets.json')
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Partial<Secrets>
  const made = {
    ...signingSecrets(kept),
    hostWebhookSecret: kept.hostWebhookSecret ?? `whsec_${randomBytes(32).toString('base64')}`,
    boardPassword: kept.boardPassword ?? randomBytes(12).toString('base64url'),
  }
  await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  const set = providers.flatMap((provider) => {
    const secret = env[provider.secretVariable]
    return secret ? [[secretKey(provider), secret]] : []
  })
  return {
    ...made,
    ...Object.fromEntries(set),
    hostWebhookSecret: env['HOST_WEBHOOK_SECRET'] || made.hostWebhookSecret,
    boardUser: env['BOARD_USER'] || 'admin',
    boardPassword: env['BOARD_PASSWORD'] || made.boardPassword,
  }
}

/** A secret for each provider that needs one. For the others, unsigned requests are accepted. */
const signingSecrets = (kept: Partial<Secrets>): Record<string, string> =>
  Object.fromEntries(
    providers
      .filter(({ mayBeUnsigned }) => !mayBeUnsigned)
      .map((provider) => [secretKey(provider), kept[secretKey(provider)] ?? provider.makeSecret()]),
  )
