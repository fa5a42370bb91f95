import { freePort } from '@sluice/dev-services'
import type { Secrets } from './secrets.ts'
import type { Stores } from './stores.ts'

/** In the order in which they are stopped: first what takes in, last what looks on. */
export const APPS = ['ingest', 'worker', 'board'] as const

export type AppName = (typeof APPS)[number]

const DEFAULT_PORTS = { ingest: 3000, worker: 3002, board: 3001 } as const

export async function choosePorts(say: (line: string) => void, env = process.env): Promise<Record<AppName, number>> {
  const choose = async (name: AppName): Promise<number> => {
    const wanted = Number(env[`${name.toUpperCase()}_PORT`] || DEFAULT_PORTS[name])
    const port = await freePort(wanted)
    if (wanted !== 0 && port !== wanted) say(`Port ${wanted} is taken, so the ${name} gets ${port}.`)
    return port
  }
  return { ingest: await choose('ingest'), board: await choose('board'), worker: await choose('worker') }
}

/** Keys to what is not ours, and the letter box: for the app that uses them alone. */
const SECRETS_OF: Record<AppName, readonly string[]> = {
  ingest: ['STRIPE_WEBHOOK_SECRET', 'REPLICATE_WEBHOOK_SECRET'],
  worker: ['STRIPE_API_KEY', 'REPLICATE_API_TOKEN', 'SMTP_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  board: ['BOARD_USER', 'BOARD_PASSWORD'],
}

/** Everything that was set for us, the addresses of the stores, and the secrets that this app needs: not the others. */
export function environmentOf(name: AppName, port: number, stores: Stores, secrets: Secrets, env = process.env) {
  const others = APPS.filter((app) => app !== name).flatMap((app) => SECRETS_OF[app])
  const inherited = Object.fromEntries(Object.entries(env).filter(([variable]) => !others.includes(variable)))
  return {
    ...inherited,
    DATABASE_URL: stores[`${name}DatabaseUrl`],
    [`${name.toUpperCase()}_DATABASE_URL`]: stores[`${name}DatabaseUrl`],
    REDIS_URL: stores.redisUrl,
    [`${name.toUpperCase()}_PORT`]: String(port),
    ...(name === 'ingest' && signingSecrets(secrets)),
    ...(name === 'board' && { BOARD_USER: secrets.boardUser, BOARD_PASSWORD: secrets.boardPassword }),
  }
}

const signingSecrets = ({ stripeWebhookSecret, replicateWebhookSecret }: Secrets) => ({
  STRIPE_WEBHOOK_SECRET: stripeWebhookSecret,
  ...(replicateWebhookSecret && { REPLICATE_WEBHOOK_SECRET: replicateWebhookSecret }),
})
