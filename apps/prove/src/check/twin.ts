import { createInbox } from '@sluice/database/append'
import { type Commit, createCommit } from '@sluice/database/commit'
import { connect, type Pool } from '@sluice/database/pool'
import { decide } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import { sign } from '../load/providers.ts'

const NAME = 'twin'
const BATCH = 64

/** Another database of the same server, as the real one is now; nobody may be connected to that meanwhile. */
export async function makeTwin(url: string): Promise<string> {
  const pool = connect(at(url, 'postgres'), { max: 1 })
  try {
    await pool.query(`CREATE DATABASE ${NAME} TEMPLATE ${new URL(url).pathname.slice(1)}`)
  } finally {
    await pool.end()
  }
  return at(url, NAME)
}

/** The state that follows from these events when nothing goes wrong, worked out in the twin. */
export async function workOut(pool: Pool, events: SentEvent[]): Promise<void> {
  const inbox = createInbox(pool)
  const commit = createCommit(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 })
  for (let start = 0; start < events.length; start += BATCH) {
    const rows = await Promise.all(events.slice(start, start + BATCH).map((event) => inbox.append(verified(event))))
    await settle(
      commit,
      rows.map(({ id }) => id),
    )
  }
}

/** One connection after another has the rows' locks: what is busy now is free in the next round. */
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
