import {
  checkAssetStore,
  checkEndpoints,
  checkMail,
  checkMode,
  checkProxy,
  type Deployment,
  type Finding,
} from '@sluice/doctor'
import { providers } from '@sluice/providers'
import { type Settings, secretKey } from '../lib/settings.ts'
import { checkAlerts } from './alerts.ts'
import { checkImport } from './import.ts'
import { checkPostgres, checkRoles } from './postgres.ts'
import { checkRedis } from './redis.ts'
import { checkSettings } from './settings.ts'
import { checkSignatures } from './signatures.ts'

/** Runs every check. Changes nothing. */
export async function examine(settings: Settings, deployment: Deployment, prometheus?: string): Promise<Finding[]> {
  return [
    ...checkSettings(settings),
    checkMode(deployment, usesStripe(settings, deployment)),
    checkProxy(deployment),
    ...(await checkEndpoints(deployment)),
    ...(await checkPostgres(settings, deployment)),
    ...(await checkImport(settings, deployment)),
    ...(await checkRoles(settings)),
    ...(await checkRedis(settings, deployment)),
    ...(await checkSignatures(settings)),
    ...(await checkMail(deployment)),
    ...(await checkAssetStore(deployment)),
    ...(await checkAlerts(prometheus)),
  ]
}

/** Without any secret it is not known which provider is used. */
const usesStripe = (settings: Settings, { stripeApiKey }: Deployment): boolean =>
  stripeApiKey !== undefined ||
  settings.stripeWebhookSecret !== undefined ||
  providers.every((provider) => settings[secretKey(provider)] === undefined)
