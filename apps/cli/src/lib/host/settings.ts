import { hostVariables } from '@sluice/host-webhook'
import { readEnv } from '@sluice/runtime/environment'
import { readSettings } from '../settings.ts'

/** The URLs of the host application, and the secrets that messages to it are signed with. */
export interface HostSettings {
  urls: URL[]
  secrets: string[]
}

/** The secrets are those of the environment, else the one of `npm start`. @throws if there is none */
export function hostSecrets(env: NodeJS.ProcessEnv = process.env): string[] {
  const { HOST_WEBHOOK_SECRET } = hostVariables
  const text = env['HOST_WEBHOOK_SECRET'] || readSettings(env).hostWebhookSecret
  const { HOST_WEBHOOK_SECRET: secrets } = readEnv({ HOST_WEBHOOK_SECRET }, { HOST_WEBHOOK_SECRET: text })
  if (secrets.length > 0) return secrets
  throw new Error('HOST_WEBHOOK_SECRET is not set, and Sluice is not running here. Set it, or run npm start first.')
}

/** @throws if one of them is not set */
export function hostSettings(env: NodeJS.ProcessEnv = process.env): HostSettings {
  const { HOST_WEBHOOK_URL } = hostVariables
  const { HOST_WEBHOOK_URL: urls } = readEnv({ HOST_WEBHOOK_URL }, env)
  if (urls.length === 0)
    throw new Error(
      'HOST_WEBHOOK_URL is not set. Set it to where your application takes messages, http://localhost:4000/sluice.',
    )
  return { urls, secrets: hostSecrets(env) }
}
