import { expect, test } from '@jest/globals'
import { openQueues, QUEUES } from '@sluice/queue'
import { seedStream } from '@sluice/simulator'
import { entryOf, type Stack, startProcess, withClusterStack } from '@sluice/testing'
import { Redis } from 'ioredis'
import { addHostRows, allDone, sendAll, unbalancedEntries } from './support/stack.ts'

const EVENTS = 160
const SHARDS = 3

type ClusterStack = Parameters<Parameters<typeof withClusterStack>[1]>[0]

/** Guarantees that queues spread over a Redis Cluster lose nothing when one of its masters dies and comes back. */
test('events in a cluster of three masters are handled once, also when one master is killed', () =>
  withClusterStack({ ingests: 2, workers: 2, boards: 1, env: { QUEUE_SHARDS: `${SHARDS}` } }, async (stack) => {
    const stream = seedStream({ events: EVENTS, seed: 'cluster' })
    await addHostRows(stack, stream)
    const before = stream.events.slice(0, EVENTS / 2)
    const after = stream.events.slice(EVENTS / 2)

    const answers = await sendAll(stack, before, 8)
    await allDone(stack, before.length)
    const completed = await completedJobs(stack)
    expect(completed.filter((jobs) => jobs > 10)).toHaveLength(SHARDS)
    expect(completed.reduce((sum, jobs) => sum + jobs)).toBe(before.length)
    expect(await countedJobs(stack)).toBe(before.length)
    for (const keys of await stack.redis.sizes()) expect(keys).toBeGreaterThan(10)
    expect(await shownQueues(stack)).toEqual(expect.arrayContaining(['sluice-0-webhook-events', 'dead-letter']))
    expect(await stack.post('/webhooks/stripe', '{}', { 'stripe-signature': 't=1,v1=00' })).toMatchObject({
      status: 400,
    })
    expect(await keysLike(stack, 'sluice:rejected:*')).toHaveLength(1)
    expect(await toldByDoctor(stack)).toMatch(/✓ Redis .*✓ Eviction .*✓ Workers +2 connected/s)

    const [killed] = stack.redis.masters
    const sending = sendAll(stack, after, 8)
    await killed?.crash()
    answers.push(...(await sending))
    expect(await toldByDoctor(stack)).toMatch(/✗ Redis +cluster_state is fail/)
    await killed?.start()

    expect(await allDone(stack, EVENTS)).toEqual({ processed: EVENTS })
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(await unbalancedEntries(stack)).toEqual([])
    expect(await stack.query('SELECT * FROM webhook_dead_letters')).toEqual([])
  }))

/** Of events, in each shard. */
async function completedJobs({ redis }: ClusterStack): Promise<number[]> {
  const { queues, close } = await openQueues({ url: redis.url, shards: SHARDS, prefix: 'sluice' })
  try {
    const events = queues.filter(({ name }) => name === QUEUES.events)
    return await Promise.all(events.map((queue) => queue.getCompletedCount()))
  } finally {
    await close()
  }
}

/** On any of the masters. */
async function keysLike({ redis }: ClusterStack, pattern: string): Promise<string[]> {
  const clients = redis.masters.map(({ url }) => new Redis(url))
  try {
    return (await Promise.all(clients.map((client) => client.keys(pattern)))).flat()
  } finally {
    for (const client of clients) client.disconnect()
  }
}

/** The sum over all shards in a worker's metrics. */
async function countedJobs({ workers }: Pick<Stack, 'workers'>): Promise<number> {
  const text = await (await fetch(`${workers[0]?.url}/metrics`)).text()
  return Number(/^webhook_queue_jobs\{queue="webhook-events",state="completed"\} (\d+)/m.exec(text)?.[1])
}

async function shownQueues({ boards, env }: Pick<Stack, 'boards' | 'env'>): Promise<string[]> {
  const login = Buffer.from(`${env['BOARD_USER']}:${env['BOARD_PASSWORD']}`).toString('base64')
  const response = await fetch(`${boards[0]?.url}/queues/api/queues`, { headers: { authorization: `Basic ${login}` } })
  const { queues } = (await response.json()) as { queues: { name: string }[] }
  return queues.map(({ name }) => name)
}

async function toldByDoctor({ env, directory }: Pick<Stack, 'env' | 'directory'>): Promise<string> {
  const doctor = startProcess(entryOf('cli'), ['doctor'], { env, cwd: directory })
  await doctor.exited
  return doctor.output()
}
