import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { replicate as provider } from '@sluice/providers/replicate'
import { createRandom } from '@sluice/simulator'
import { eventually } from '../../src/eventually.ts'
import { type ReplicateOptions, type TestReplicate, withReplicate } from '../../src/stand-ins/index.ts'

interface Delivery {
  id: string
  status: string
  output: unknown
}

/** Somewhere for webhooks to go; refuses the first `refusals` of them. */
async function withReceiver(
  use: (replicate: TestReplicate, url: string, deliveries: Delivery[]) => Promise<void>,
  { refusals = 0, ...options }: ReplicateOptions & { refusals?: number } = {},
): Promise<void> {
  await withReplicate(async (replicate) => {
    const deliveries: Delivery[] = []
    let refused = 0
    const take = async ({ headers }: IncomingMessage, body: string): Promise<number> => {
      if (refused++ < refusals) return 503
      const secret = replicate.env.REPLICATE_WEBHOOK_SECRET
      provider.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
      const { status, output } = JSON.parse(body)
      deliveries.push({ id: String(headers['webhook-id']), status, output })
      return 200
    }
    const server = createServer((request, response) => {
      void text(request)
        .then((body) => take(request, body))
        .then((status) => response.writeHead(status).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await use(replicate, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deliveries)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }, options)
}

const api = ({ env }: TestReplicate, path: string, method = 'GET', token = env.REPLICATE_API_TOKEN) =>
  fetch(`${env.REPLICATE_API_BASE}${path}`, { method, headers: { authorization: `Bearer ${token}` } })

describe('webhooks of the stand-in', () => {
  test('are signed as Replicate signs, and show a prediction from its start to its end', () =>
    withReceiver(async (replicate, webhook, deliveries) => {
      const { files, over } = replicate.run({ webhook, files: 2 })
      await over
      expect(deliveries.map(({ status }) => status)).toEqual(
        expect.arrayContaining(['starting', 'processing', 'processing', 'succeeded']),
      )
      const end = deliveries.find(({ status }) => status === 'succeeded')
      expect(end?.output).toEqual(files.map(({ url }) => url))
      expect(new Set(deliveries.map(({ id }) => id)).size).toBe(4)
    }))

  test.each(['failed', 'canceled', 'aborted'] as const)('show a prediction that is %s', (ending) =>
    withReceiver(async (replicate, webhook, deliveries) => {
      await replicate.run({ webhook, ending }).over
      expect(deliveries.filter(({ status }) => status === ending)).toHaveLength(1)
    }),
  )

  test('are retried for the end of a prediction alone, under the same id', () =>
    withReceiver(
      async (replicate, webhook, deliveries) => {
        await replicate.run({ webhook, files: 1 }).over
        expect(deliveries.map(({ status }) => status)).toEqual(['succeeded'])
        expect(replicate.webhookCounts).toMatchObject({ messages: 3, taken: 1 })
        expect(replicate.webhookCounts.attempts).toBeGreaterThan(4)
      },
      { refusals: 4 },
    ))

  test('are given up after a minute', () =>
    withReceiver(
      async (replicate, webhook, deliveries) => {
        await replicate.run({ webhook }).over
        expect(deliveries).toEqual([])
      },
      { refusals: 1_000, minuteMs: 60 },
    ))

  test('are repeated and dropped at random', () =>
    withReceiver(
      async (replicate, webhook, deliveries) => {
        await Promise.all(Array.from({ length: 20 }, () => replicate.run({ webhook, files: 2 }).over))
        const { messages, dropped, repeated, taken } = replicate.webhookCounts
        expect(dropped).toBeGreaterThan(messages * 0.1)
        expect(repeated).toBeGreaterThan(0)
        expect(taken).toBe(messages - dropped + repeated)
        expect(deliveries).toHaveLength(taken)
      },
      { random: createRandom('chance'), dropRate: 0.3 },
    ))
})

describe('the API of the stand-in', () => {
  test('shows predictions and trainings, and lists them without their outputs', () =>
    withReplicate(async (replicate) => {
      const { id, over } = replicate.run({ files: 1 })
      const training = replicate.run({ kind: 'training', output: { weights: 'w' } })
      await Promise.all([over, training.over])
      expect(await (await api(replicate, `/v1/predictions/${id}`)).json()).toEqual(replicate.predictionOf(id))
      expect((await api(replicate, `/v1/trainings/${training.id}`)).status).toBe(200)
      const { results } = await (await api(replicate, '/v1/predictions')).json()
      expect(results).toHaveLength(2)
      expect(results[0]).not.toHaveProperty('output')
      expect((await api(replicate, '/v1/predictions/nobody')).status).toBe(404)
    }))

  test('refuses requests without its token, and counts them', () =>
    withReplicate(async (replicate) => {
      expect((await api(replicate, '/v1/predictions', 'GET', 'another')).status).toBe(401)
      expect(replicate.apiRequests).toEqual([{ method: 'GET', path: '/v1/predictions', status: 401 }])
    }))

  test('cancels a prediction that has not ended', () =>
    withReplicate(
      async (replicate) => {
        const { id, over } = replicate.run({ files: 1 })
        await api(replicate, `/v1/predictions/${id}/cancel`, 'POST')
        await over
        expect(replicate.predictionOf(id)).toMatchObject({ status: 'canceled', output: null })
        await api(replicate, `/v1/predictions/${id}/cancel`, 'POST')
        expect(replicate.predictionOf(id)?.status).toBe('canceled')
      },
      { stepMs: 100 },
    ))

  test('fails the given number of times', () =>
    withReplicate(async (replicate) => {
      replicate.failApi(500, 1)
      expect((await api(replicate, '/v1/predictions')).status).toBe(500)
      expect((await api(replicate, '/v1/predictions')).status).toBe(200)
    }))

  test('has deleted input and output after an hour', () =>
    withReplicate(
      async (replicate) => {
        const { id, over } = replicate.run({ files: 1 })
        await over
        await eventually(() =>
          expect(replicate.predictionOf(id)).toMatchObject({
            status: 'succeeded',
            output: null,
            input: {},
            data_removed: true,
          }),
        )
      },
      { hourMs: 50 },
    ))
})
