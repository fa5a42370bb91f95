import { type Finding, failed, good, skipped } from '@sluice/doctor'
import { type Provider, providers } from '@sluice/providers'
import { type Settings, secretKey } from '../lib/settings.ts'

const LEAST_PASSWORD = 12

/** Checks secrets and password. */
export function checkSettings(settings: Settings): Finding[] {
  const isAnySet = providers.some((provider) => settings[secretKey(provider)])
  return [
    ...providers.map((provider) => checkSecret(provider, settings[secretKey(provider)], isAnySet)),
    checkBoardPassword(settings.boardPassword),
  ]
}

function checkSecret(provider: Provider, value: string | undefined, isAnySet: boolean): Finding {
  const { secretVariable: variable, secretPattern, secretShape, mayBeUnsigned } = provider
  if (value) {
    if (value.split(',').every((secret) => secretPattern.test(secret.trim()))) return good(variable, 'set')
    return failed(variable, `It should be ${secretShape}, several with commas between them.`)
  }
  const isTrial = process.env['NODE_ENV'] !== 'production'
  if (mayBeUnsigned && isTrial) return good(variable, 'not set: outside production unsigned requests are accepted')
  if (isAnySet) return skipped(variable, 'not set: webhooks of this provider are answered with 503')
  return failed(variable, 'It is not set: copy the signing secret of the endpoint from the provider.')
}

function checkBoardPassword(password: string | undefined): Finding {
  if (!password) return failed('BOARD_PASSWORD', 'It is not set: the board does not start in production without it.')
  if (password.length < LEAST_PASSWORD) {
    return failed('BOARD_PASSWORD', `It should have ${LEAST_PASSWORD} characters or more.`)
  }
  return good('BOARD_PASSWORD', 'set')
}
