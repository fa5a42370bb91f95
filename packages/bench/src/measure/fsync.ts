import { quantile } from '../statistics.ts'
import type { Run } from './run.ts'

/** Measures one small durable write of each idle store, one after the other. */
export async function measureFsync({ plan, stores, found, say }: Run): Promise<void> {
  const { pool, redis } = stores
  say('one write of each store')
  const client = await pool.connect()
  try {
    await client.query('CREATE TABLE IF NOT EXISTS one_write (n int)')
    const commits = await timesOf(plan.fsyncs, () => client.query('INSERT INTO one_write VALUES (1)'))
    found('one write, Postgres, p99 ms', quantile(commits, 0.99))
    await client.query('DROP TABLE one_write')
  } finally {
    client.release()
  }
  const writes = await timesOf(plan.fsyncs, () => redis.set('one_write', '1'))
  found('one write, Redis, p99 ms', quantile(writes, 0.99))
  await redis.del('one_write')
}

async function timesOf(count: number, write: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let done = 0; done < count; done += 1) {
    const startedAt = performance.now()
    await write()
    times.push(performance.now() - startedAt)
  }
  return times
}
