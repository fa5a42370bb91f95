import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Secrets {
  stripeWebhookSecret: string
  /** Absent unless set: then unsigned requests of Replicate are accepted. */
  replicateWebhookSecret?: string
  boardUser: string
  boardPassword: string
}

/** The environment's where set, else those made at the first start and kept, readable for their owner alone. */
export async function keepSecrets(directory: string, env = process.env): Promise<Secrets> {
  const file = join(directory, 'secrets.json')
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Partial<Secrets>
  const made = {
    stripeWebhookSecret: kept.stripeWebhookSecret ?? `whsec_${randomBytes(24).toString('base64')}`,
    boardPassword: kept.boardPassword ?? randomBytes(12).toString('base64url'),
  }
  await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  const { STRIPE_WEBHOOK_SECRET, REPLICATE_WEBHOOK_SECRET, BOARD_USER, BOARD_PASSWORD } = env
  return {
    stripeWebhookSecret: STRIPE_WEBHOOK_SECRET || made.stripeWebhookSecret,
    ...(REPLICATE_WEBHOOK_SECRET && { replicateWebhookSecret: REPLICATE_WEBHOOK_SECRET }),
    boardUser: BOARD_USER || 'admin',
    boardPassword: BOARD_PASSWORD || made.boardPassword,
  }
}
