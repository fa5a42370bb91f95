import { expect, test } from '@jest/globals'
import { jobIdOf } from '@sluice/queue'
import { type SentEvent, stripeEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, LOG_LOADED, loadedFiles, modulesIn, type Stack, type TestApp, withStack } from '@sluice/testing'
import { type ReceivedSpan, type TestOtlp, withOtlp } from '@sluice/testing/stand-ins'
import { Redis } from 'ioredis'
import { allDone, send, statuses } from './support/stack.ts'

const NOBODY = '0af7651916cd43dd8448eb211c80319c'
const EMAIL = 'ada@customer.example'

interface Environment {
  stack: Stack
  otlp: TestOtlp
}

const QUICK = {
  NODE_OPTIONS: LOG_LOADED,
  EVENT_ATTEMPTS: '2',
  EVENT_BACKOFF_MS: '50',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
}

const withTraces = (use: (environment: Environment) => Promise<void>) =>
  withOtlp((otlp) =>
    withStack({ env: { ...QUICK, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url } }, (stack) => use({ stack, otlp })),
  )

const paidLifecycle = (seed: string): SentEvent[] =>
  subscriptionLifecycle({
    seed,
    email: EMAIL,
    steps: ['customer_created', 'created', 'finalized', 'activated', 'paid'],
  })

test('a request, its job, its commit and its effects are one trace; its receiver may be unavailable', () =>
  withTraces(async (environment) => {
    await isOneTrace(environment)
    await keepsRetriesTogether(environment)
    await ignoresForeignTraces(environment)
    await namesNoSenderAndNoSecret(environment)
    await doesWithoutReceiver(environment)
  }))

async function isOneTrace({ stack, otlp }: Environment): Promise<void> {
  const lifecycle = paidLifecycle('traced')
  const paid = lifecycle.pop() as SentEvent
  for (const event of lifecycle) await send(stack, event)
  await allDone(stack, lifecycle.length) // events of one customer wait for each other, each by a run of its job more
  await send(stack, paid)
  await allDone(stack, lifecycle.length + 1)

  const spans = await eventually(() => {
    const trace = traceOf(otlp, paid.id)
    for (const last of ['process webhook-events', 'effect receipt', 'effect invoice']) named(trace, last)
    expect(trace.filter(({ name }) => name === 'process effects')).toHaveLength(2)
    return trace
  })
  expect(familyOf(spans)).toEqual([
    'sluice-ingest server POST /webhooks/:provider',
    '. sluice-ingest internal add to queue',
    '. . sluice-worker consumer process webhook-events',
    '. . . sluice-worker internal add to queue',
    '. . . . sluice-worker consumer process effects',
    '. . . . . sluice-worker internal effect invoice',
    '. . . . sluice-worker consumer process effects',
    '. . . . . sluice-worker internal effect receipt',
    '. . . sluice-worker internal commit',
    '. sluice-ingest internal append to inbox',
  ])
  const attributes = { 'sluice.provider': 'stripe', 'sluice.eventId': paid.id, 'sluice.type': 'invoice.paid' }
  const processed = { 'sluice.outcome': 'processed' }
  expect(named(spans, 'POST /webhooks/:provider').attributes).toMatchObject({
    ...attributes,
    'sluice.outcome': 'accepted',
  })
  expect(named(spans, 'process webhook-events').attributes).toMatchObject({ ...attributes, ...processed })
  expect(named(spans, 'commit').attributes).toMatchObject({ ...processed, 'sluice.batchSize': expect.any(Number) })
  expect(named(spans, 'effect receipt').attributes).toMatchObject({ 'sluice.type': 'receipt' })

  const { traceId } = named(spans, 'commit')
  for (const app of [...stack.ingests, ...stack.workers]) {
    expect(linesOf(app).find(({ eventId }) => eventId === paid.id)).toMatchObject({ traceId })
  }
}

async function keepsRetriesTogether({ stack, otlp }: Environment): Promise<void> {
  await send(stack, stripeEvent('invoice.paid', { id: 7 }, { id: 'evt_broken', created: 1_767_600_000 }))
  const attempts = await eventually(() => {
    const found = traceOf(otlp, 'evt_broken').filter(({ name }) => name === 'process webhook-events')
    expect(found).toHaveLength(2)
    return found
  })
  const failed = { 'sluice.outcome': 'failed', 'sluice.reason': 'invalid_object' }
  for (const { isFailed, attributes } of attempts)
    expect({ isFailed, ...attributes }).toMatchObject({ isFailed: true, ...failed })
}

/** Trace headers of a request are ignored: its sender is unknown. */
async function ignoresForeignTraces({ stack, otlp }: Environment): Promise<void> {
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
  expect(refused).toMatchObject({ kind: 'server', isFailed: false, parentSpanId: undefined })
}

async function namesNoSenderAndNoSecret({ otlp }: Environment): Promise<void> {
  const all = JSON.stringify(otlp.spans)
  for (const unsaid of [NOBODY, 'evt_of_nobody', EMAIL, 'whsec_', 'hosted_invoice_url'])
    expect(all).not.toContain(unsaid)
  // Only requests and swept events begin a trace, not the regular work of a worker.
  const beginnings = otlp.spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)
  expect(beginnings.filter((name) => !/^(POST|add) /.test(name))).toEqual([])
}

/** Without a receiver the work goes on, with a log line now and then, and shutdown is not delayed. */
async function doesWithoutReceiver({ stack, otlp }: Environment): Promise<void> {
  await otlp.stop()
  const before = Object.values(await statuses(stack)).reduce((sum, one) => sum + one, 0)
  const lifecycle = paidLifecycle('untraced')
  for (const event of lifecycle) expect(await send(stack, event)).toMatchObject({ status: 200 })
  await allDone(stack, before + lifecycle.length)
  const apps = [...stack.ingests, ...stack.workers]
  await eventually(() => {
    for (const app of apps) expect(complaintsOf(app)).not.toEqual([])
  })
  expect(await Promise.all(apps.map((app) => app.kill('SIGTERM')))).toEqual([0, 0])
  for (const app of apps) {
    expect(complaintsOf(app).length).toBeLessThan(10)
    expect(loadedBy(app)).toContain('@opentelemetry/sdk-trace')
  }
}

test('without a receiver no tracing SDK is loaded, and jobs carry no trace', () =>
  withStack({ workers: 0, env: { NODE_OPTIONS: LOG_LOADED } }, async (stack) => {
    const [event] = paidLifecycle('plain') as [SentEvent]
    await send(stack, event)
    expect(await optionsOfJob(stack, event)).toEqual({
      attempts: expect.any(Number),
      backoff: expect.anything(),
      jobId: jobIdOf(event.provider, event.id),
      removeOnComplete: expect.anything(),
      removeOnFail: expect.anything(),
      stackTraceLimit: expect.any(Number),
    })
    const [ingest] = stack.ingests as [TestApp]
    expect(await ingest.kill('SIGTERM')).toBe(0)
    expect(loadedBy(ingest)).toEqual(['@opentelemetry/api'])
  }))

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

const complaintsOf = (app: TestApp) => linesOf(app).filter(({ message }) => message === 'Could not send traces')

/** Packages of OpenTelemetry that a process had loaded when it ended. */
const loadedBy = (app: TestApp): string[] =>
  [...new Set(modulesIn(loadedFiles(app)).flatMap((module) => module.match(/@opentelemetry\/[a-z-]+/g) ?? []))].sort()

/** Of the job as it lies in Redis. */
async function optionsOfJob(stack: Stack, { provider, id }: SentEvent): Promise<unknown> {
  const redis = new Redis(stack.redis.url)
  try {
    const options = await redis.hget(`sluice:webhook-events:${jobIdOf(provider, id)}`, 'opts')
    return JSON.parse(options ?? 'null')
  } finally {
    redis.disconnect()
  }
}
