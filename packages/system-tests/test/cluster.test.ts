import { expect, test } from '@jest/globals'
import { seedStream, withClusterStack } from '@sluice/testing'
import { asHost, calm, sendAll, unbalanced } from './support.ts'

const EVENTS = 240

/** Guarantees that queues spread over a Redis Cluster lose nothing when one of its masters dies and comes back. */
test('events over three masters are done once, also when one is killed among them', () =>
  withClusterStack({ ingests: 2, workers: 2, env: { QUEUE_SHARDS: '3' } }, async (stack) => {
    const stream = seedStream({ events: EVENTS, seed: 'cluster' })
    await asHost(stack, stream)
    const before = stream.events.slice(0, EVENTS / 2)
    const after = stream.events.slice(EVENTS / 2)

    const answers = await sendAll(stack, before, 8)
    await calm(stack, before.length)
    for (const size of await stack.redis.sizes()) expect(size).toBeGreaterThan(10)

    const [killed] = stack.redis.masters
    const sending = sendAll(stack, after, 8)
    await killed?.crash()
    answers.push(...(await sending))
    await killed?.start()

    expect(await calm(stack, EVENTS)).toEqual({ processed: EVENTS })
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(await unbalanced(stack)).toEqual([])
    expect(await stack.query('SELECT * FROM webhook_dead_letters')).toEqual([])
  }))
