import { createHash } from 'node:crypto'
import { EMAIL_KINDS } from '@sluice/emails'
import type { FaultContext } from '../fault.ts'

export interface EffectsSeen {
  lost: string[]
  doubled: string[]
  /** E-mails sent again under the same Message-ID: mail systems show them once. */
  repeated: number
  /** E-mails whose worker died before recording them, obsolete by the next attempt: sent once. */
  unrecorded: number
}

/** Compares what the mail server, the object store and the host received with what the outbox says was done. */
export async function checkEffects(
  context: Pick<FaultContext, 'query' | 'smtp' | 's3' | 'replicate' | 'host'>,
  mayRefuse?: true,
): Promise<EffectsSeen> {
  const undone = await context.query<{ key: string; status: string; error: string | null }>(
    `SELECT effect_key AS key, status, error FROM outbox_messages WHERE status NOT IN ('done', 'skipped') AND available_at <= now()`,
  )
  const lost = undone
    .filter(({ status }) => !mayRefuse || status !== 'failed')
    .map(({ key, status, error }) => `effect ${key} is ${status}: ${error}`)
  const mail = await checkMail(context)
  const files = mayRefuse ? [] : await checkFiles(context)
  const host = await checkHost(context)
  return {
    lost: [...lost, ...mail.lost, ...files, ...host.lost],
    doubled: [...mail.doubled, ...host.doubled],
    repeated: mail.repeated,
    unrecorded: mail.unrecorded,
  }
}

async function checkMail({ query, smtp }: Pick<FaultContext, 'query' | 'smtp'>): Promise<EffectsSeen> {
  const ended = await query<{ key: string; status: string; error: string | null }>(
    `SELECT effect_key AS key, status, error FROM outbox_messages WHERE status IN ('done', 'skipped') AND kind = ANY ($1)`,
    [EMAIL_KINDS],
  )
  const wanted = new Map(ended.filter(({ status }) => status === 'done').map(({ key }) => [messageIdOf(key), key]))
  const overtaken = new Set(
    ended.filter(({ error }) => error?.startsWith('obsolete')).map(({ key }) => messageIdOf(key)),
  )
  const seen = new Set(smtp.mails.map(({ messageId }) => messageId))
  const others = [...seen].filter((id) => !wanted.has(id))
  return {
    lost: [...wanted].filter(([id]) => !seen.has(id)).map(([, key]) => `e-mail ${key} is not at the mail server`),
    doubled: others.filter((id) => !overtaken.has(id)).map((id) => `e-mail ${id} belongs to no effect that is done`),
    repeated: smtp.mails.length - seen.size,
    unrecorded: others.filter((id) => overtaken.has(id)).length,
  }
}

/**
 * The host acknowledged each message that is done, and no other: but a worker that died may not know that the host
 * acknowledged one, and skip it after another one has told the same.
 */
async function checkHost({ query, host }: Pick<FaultContext, 'query' | 'host'>) {
  const ended = await query<{ key: string; status: string }>(
    `SELECT effect_key AS key, status FROM outbox_messages
      WHERE kind = 'host.message' AND (status = 'done' OR (status = 'skipped' AND error LIKE 'obsolete%'))`,
  )
  const keys = new Set(ended.map(({ key }) => key))
  const done = ended.filter(({ status }) => status === 'done').map(({ key }) => key)
  return {
    lost: done.filter((key) => !host.acknowledged.has(key)).map((key) => `message ${key} is not at the host`),
    doubled: [...host.acknowledged.keys()].filter((id) => !keys.has(id)).map((id) => `message ${id} is not done`),
  }
}

/** The rule of the worker, repeated here so that a change of it is noticed. */
const messageIdOf = (key: string): string => `<${createHash('sha256').update(key).digest('hex')}@acme.example>`

/** Files of this host must not be copied: `ASSET_HOSTS` does not name it. */
export const REFUSED_HOST = 'https://files.example'

async function checkFiles({ query, s3 }: Pick<FaultContext, 'query' | 's3'>): Promise<string[]> {
  const documents = await query<{ name: string }>('SELECT storage_key AS name FROM documents')
  const copies = await query<{ name: string; status: string; sha: string; error: string | null }>(
    `SELECT coalesce(storage_key, asset_key) AS name, status, sha256 AS sha, error FROM variants
      WHERE asset_key IS NOT NULL AND NOT (status = 'refused' AND source_url LIKE $1)`,
    [`${REFUSED_HOST}/%`],
  )
  const has = (name: string) => s3.objects.get(`assets/${name}`)?.body
  const isWhole = ({ name, sha }: { name: string; sha: string }) => {
    const body = has(name)
    return body !== undefined && createHash('sha256').update(body).digest('hex') === sha
  }
  return [
    ...documents.filter(({ name }) => !has(name)).map(({ name }) => `document ${name} is not in the store`),
    ...copies
      .filter((copy) => copy.status !== 'stored' || !isWhole(copy))
      .map(({ name, status, error }) => `file ${name} is ${status}: ${error}`),
  ]
}
