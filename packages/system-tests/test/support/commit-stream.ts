import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { providers } from '@sluice/providers'
import type { SeedStream, SentEvent } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import type { Pool } from 'pg'
import { RULES } from './lifecycle-orders.ts'
import { addHostRows } from './stack.ts'

/** The host's rows of a stream, as they are when its events arrive. */
export async function addHostRowsOf(owner: Pool, stream: SeedStream): Promise<void> {
  await addHostRows({ query: async (text, values) => (await owner.query(text, values)).rows }, stream)
  await owner.query('DELETE FROM user_changes')
}

/** Appends events of any provider in this order, then commits them in batches of that size. A repeated event is one. */
export async function commitEvents(worker: Pool, events: SentEvent[], size: number): Promise<void> {
  const inbox = createInbox(worker)
  const appended = await Promise.all(events.map((event) => inbox.append(verified(event))))
  const ids = appended.filter(({ duplicate }) => !duplicate).map(({ id }) => id)
  const commit = createCommit(worker, RULES)
  for (let start = 0; start < ids.length; start += size) {
    for (const result of (await commit(ids.slice(start, start + size))).values())
      if (result.outcome !== 'processed') throw new Error(`an event was not processed: ${JSON.stringify(result)}`)
  }
}

function verified({ provider: name, id, body }: SentEvent) {
  const provider = providers.find((one) => one.name === name)
  if (!provider) throw new Error(`no provider is named ${name}`)
  const secret = SECRETS[name]
  const headers = provider.sign(body, secret, { id })
  return provider.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
}
