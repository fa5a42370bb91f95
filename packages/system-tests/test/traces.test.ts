import { expect, test } from '@jest/globals'
import { jobIdOf } from '@sluice/queue'
import {
  eventually,
  type ReceivedSpan,
  type SentEvent,
  type Stack,
  subscriptionLife,
  type TestApp,
  type TestOtlp,
  withOtlp,
  withStack,
} from '@sluice/testing'
import { Redis } from 'ioredis'
import { calm, send } from './support.ts'

const NOBODY = '0af7651916cd43dd8448eb211c80319c'
const EMAIL = 'ada@customer.example'

/** What a process loads is told on its stderr. */
const TELLING_MODULES = { NODE_DEBUG: 'module' }
const SDK = '@opentelemetry/sdk-trace-node'

const withTraces = (use: (stack: Stack, otlp: TestOtlp) => Promise<void>) =>
  withOtlp((otlp) => {
    const quick = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_TIMEOUT: '200' }
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, ...quick }
    return withStack({ env }, (stack) => use(stack, otlp))
  })

const paidLife = (seed: string): SentEvent[] =>
  subscriptionLife({ seed, email: EMAIL, steps: ['customer_created', 'created', 'finalized', 'activated', 'paid'] })

test('a request, its job, its commit and its effects are one trace', () =>
  withTraces(async (stack, otlp) => {
    const life = paidLife('told')
    const paid = life.at(-1) as SentEvent
    for (const event of life) await send(stack, event)
    await calm(stack, life.length)

    const spans = await eventually(() => {
      const trace = traceOf(otlp, paid.id)
      for (const effect of ['effect receipt', 'effect invoice']) named(trace, effect)
      named(trace, 'process webhook-events')
      return trace
    })
    expect(familyOf(spans)).toEqual([
      'sluice-ingest server POST /webhooks/:provider',
      '. sluice-ingest internal append to inbox',
      '. sluice-ingest producer add webhook-events.invoice.paid',
      '. . sluice-worker consumer process webhook-events',
      '. . . sluice-worker internal commit',
      '. . . sluice-worker producer addBulk effects',
      '. . . . sluice-worker consumer process effects',
      '. . . . . sluice-worker internal effect invoice',
      '. . . . sluice-worker consumer process effects',
      '. . . . . sluice-worker internal effect receipt',
    ])
    const told = { 'sluice.provider': 'stripe', 'sluice.eventId': paid.id, 'sluice.type': 'invoice.paid' }
    expect(named(spans, 'POST /webhooks/:provider').attributes).toMatchObject({ ...told, 'sluice.outcome': 'accepted' })
    expect(named(spans, 'process webhook-events').attributes).toMatchObject({ ...told, 'sluice.outcome': 'processed' })
    expect(named(spans, 'commit').attributes).toMatchObject({
      'sluice.batchSize': expect.any(Number),
      'sluice.outcome': 'processed',
    })

    const { traceId } = named(spans, 'commit')
    for (const app of [...stack.ingests, ...stack.workers]) {
      expect(linesOf(app).find(({ eventId }) => eventId === paid.id)).toMatchObject({ traceId })
    }

    // What somebody else says of traces is not believed, and what they sent is not passed on.
    await fetch(`${stack.ingests[0]?.url}/webhooks/stripe`, {
      method: 'POST',
      body: `{"id":"evt_of_nobody","email":"${EMAIL}"}`,
      headers: { 'content-type': 'application/json', traceparent: `00-${NOBODY}-b7ad6b7169203331-01` },
    })
    const refused = await eventually(() => {
      const found = otlp.spans.find(({ attributes }) => attributes['sluice.outcome'] === 'bad_signature')
      if (!found) throw new Error('no span of the refused request')
      return found
    })
    expect(refused).toMatchObject({ kind: 'server', parentSpanId: undefined })
    const all = JSON.stringify(otlp.spans)
    for (const unsaid of [NOBODY, 'evt_of_nobody', EMAIL, 'whsec_', 'hosted_invoice_url'])
      expect(all).not.toContain(unsaid)

    // Nobody who takes traces: the work goes on, with a few lines about it, and also the end is not held up.
    await otlp.stop()
    const second = paidLife('untold')
    for (const event of second) expect(await send(stack, event)).toMatchObject({ status: 200 })
    await calm(stack, life.length + second.length)
    const apps = [...stack.ingests, ...stack.workers]
    await eventually(() => {
      for (const app of apps) expect(complaintsOf(app)).not.toEqual([])
    })
    expect(await Promise.all(apps.map((app) => app.kill('SIGTERM')))).toEqual([0, 0])
    for (const app of apps) expect(complaintsOf(app).length).toBeLessThan(10)
  }))

test('without a receiver no SDK is loaded, and a job is what it was', () =>
  withOtlp((otlp) =>
    withStack({ ingests: 0, workers: 0, env: TELLING_MODULES }, async (stack) => {
      const untraced = await stack.start('ingest')
      const traced = await stack.start('ingest', { env: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url } })
      expect(untraced.output()).not.toContain(SDK)
      expect(traced.output()).toContain(SDK)

      const [first, second] = paidLife('twice') as [SentEvent, SentEvent]
      await send({ ingests: [untraced] }, first)
      await send({ ingests: [traced] }, second)
      const [plain, carrying] = await Promise.all([jobOf(stack, first), jobOf(stack, second)])
      expect(carrying.opts).toHaveProperty('tm')
      expect({ ...carrying.opts, tm: undefined, jobId: plain.opts['jobId'] }).toEqual({ ...plain.opts, tm: undefined })
      expect(plain.opts).not.toHaveProperty('tm')
    }),
  ))

/** All spans of the trace that begins with the request that brought this event. */
function traceOf({ spans }: TestOtlp, eventId: string): ReceivedSpan[] {
  const request = spans.find(({ kind, attributes }) => kind === 'server' && attributes['sluice.eventId'] === eventId)
  return spans.filter(({ traceId }) => traceId === request?.traceId)
}

function named(spans: ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((one) => one.name === name)
  if (!span) throw new Error(`no span ${name} among ${JSON.stringify(spans.map((one) => one.name))}`)
  return span
}

/** One line a span, below its parent; the children of one in the order of their names. */
function familyOf(spans: ReceivedSpan[], parent?: string): string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ service, kind, name, spanId }) => [
      `${service} ${kind} ${name}`,
      ...familyOf(spans, spanId).map((line) => `. ${line}`),
    ])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1))
    .flat()
}

const linesOf = (app: TestApp): Record<string, unknown>[] =>
  app
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

const complaintsOf = (app: TestApp) => linesOf(app).filter(({ message }) => message === 'Traces were not taken')

/** The job as it lies in Redis. */
async function jobOf(stack: Stack, { provider, id }: SentEvent): Promise<{ opts: Record<string, unknown> }> {
  const redis = new Redis(stack.redis.url)
  try {
    const opts = await redis.hget(`sluice:webhook-events:${jobIdOf(provider, id)}`, 'opts')
    return { opts: JSON.parse(opts ?? 'null') }
  } finally {
    redis.disconnect()
  }
}
