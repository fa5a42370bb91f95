import { type Provider, providers } from '@sluice/providers'
import type { Settings } from '../lib/settings.ts'
import { type Finding, failed, good } from './finding.ts'

const LEAST_PASSWORD = 12

/** What can be told without asking a store. */
export function checkSettings(settings: Settings): Finding[] {
  const secrets: Record<string, string | undefined> = {
    STRIPE_WEBHOOK_SECRET: settings.stripeWebhookSecret,
    REPLICATE_WEBHOOK_SECRET: settings.replicateWebhookSecret,
  }
  return [
    ...providers.map((provider) => checkSecret(provider, secrets[provider.secretVariable])),
    checkBoardPassword(settings.boardPassword),
  ]
}

function checkSecret({ secretVariable: variable, mayBeUnsigned }: Provider, value: string | undefined): Finding {
  const isTrial = mayBeUnsigned && process.env['NODE_ENV'] !== 'production'
  if (!value && isTrial) return good(variable, 'not set: outside production unsigned requests are taken')
  if (!value) return failed(variable, 'It is not set: copy the signing secret of the endpoint from the provider.')
  const isSecret = value.split(',').every((secret) => /^whsec_\S{8,}$/.test(secret.trim()))
  if (!isSecret) return failed(variable, 'It should be whsec_…, several with commas between them.')
  return good(variable, 'set')
}

function checkBoardPassword(password: string | undefined): Finding {
  if (!password) return failed('BOARD_PASSWORD', 'It is not set: production does not start the board without it.')
  if (password.length < LEAST_PASSWORD) {
    return failed('BOARD_PASSWORD', `It should have ${LEAST_PASSWORD} characters or more.`)
  }
  return good('BOARD_PASSWORD', 'set')
}
