import { createInbox } from '@sluice/database/append'
import { type Commit, createCommit, originRules } from '@sluice/database/commit'
import { connect, type Pool } from '@sluice/database/pool'
import { decide } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import { sign } from '../load/providers.ts'

const NAME = 'reference'
const BATCH = 64
const BATCH_LENGTH = 2_000_000
/** As production without `STRIPE_ACCOUNTS` and `LIVEMODE`. */
const LIVE = originRules({ accounts: [], livemode: undefined, production: true })

/** Copies the database on the same server. Needs that nobody is connected to the original meanwhile. */
export async function createReferenceDatabase(url: string): Promise<string> {
  const pool = connect(at(url, 'postgres'), { max: 1 })
  try {
    await pool.query(`CREATE DATABASE ${NAME} TEMPLATE ${new URL(url).pathname.slice(1)}`)
  } finally {
    await pool.end()
  }
  return at(url, NAME)
}

/** Processes these events in the reference database, one batch after the other, with nothing going wrong. */
export async function runReference(pool: Pool, events: SentEvent[]): Promise<void> {
  const inbox = createInbox(pool)
  const imports = createInbox(pool, { silent: true })
  const commit = createCommit(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0, ...LIVE })
  for (const batch of batchesOf(events)) {
    const rows = await Promise.all(
      batch.map((event) =>
        event.type.startsWith('import.')
          ? imports.append({ ...verified(event), occurredAt: event.at })
          : inbox.append(verified(event)),
      ),
    )
    await settle(
      commit,
      rows.map(({ id }) => id),
    )
  }
}

/** In their order; a big event has a batch of its own. */
function* batchesOf(events: SentEvent[]): Generator<SentEvent[]> {
  let batch: SentEvent[] = []
  let length = 0
  for (const event of events) {
    if (batch.length === BATCH || (batch.length > 0 && length + event.body.length > BATCH_LENGTH)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(event)
    length += event.body.length
  }
  if (batch.length > 0) yield batch
}

/** Retries events whose ordering key was locked by another transaction. */
async function settle(commit: Commit, ids: string[]): Promise<void> {
  const settled = await commit(ids)
  const busy = ids.filter((id) => settled.get(id)?.outcome === 'busy')
  if (busy.length > 0) await settle(commit, busy)
}

function verified(event: SentEvent) {
  const provider = providers.find(({ name }) => name === event.provider)
  if (!provider) throw new Error(`no provider is named ${event.provider}`)
  const request = { headers: sign(event, SECRETS), body: Buffer.from(event.body) }
  return provider.verify(request, [SECRETS[event.provider]], { toleranceSeconds: 300 })
}

function at(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
