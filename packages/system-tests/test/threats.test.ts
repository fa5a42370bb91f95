import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type SentEvent, seedStream, shuffle, subscriptionLifecycle } from '@sluice/simulator'
import { type Borrowed, borrow, SECRETS } from '@sluice/testing'
import { Redis } from 'ioredis'
import { type HardenedStack, withHardenedStack } from './support/hardened-stack.ts'
import { oddEvents } from './support/odd-events.ts'
import { addHostRows, allDone, send, sendAll, unbalancedEntries } from './support/stack.ts'

/** Guarantees that Sluice works with the rights that compose gives it, and that an attacker gets no more. */
let stack: HardenedStack
let borrowed: Borrowed<HardenedStack>

beforeAll(async () => {
  borrowed = await borrow((use) =>
    withHardenedStack({ EVENT_ATTEMPTS: '2', EVENT_BACKOFF_MS: '1', JOB_WAIT_SECONDS: '0' }, use),
  )
  stack = borrowed.value
})
afterAll(() => borrowed.release())

const countRows = async () => (await stack.query('SELECT id FROM webhook_events')).length

const FOR_THE_OWNER = [
  'flushall',
  'flushdb',
  'config get requirepass',
  'config set dir /tmp',
  'debug sleep 0',
  'keys *',
  'shutdown',
  'acl list',
  'monitor',
  'replicaof no one',
  'module list',
  'client kill type normal',
  'swapdb 0 1',
  'get key-of-others',
  'get features:user_1',
  'publish channel-of-others x',
]

/** Rights that another process needs. */
const FOR_OTHERS = {
  sluice_ingest: [
    'del features:user_1',
    'publish generation:job_1 x',
    'set sluice:epoch x',
    'hset sluice:effects:1 data {}',
    'lpush sluice:maintenance:wait reconcile',
    'del sluice:dead-letter:1',
    'hgetall sluice:webhook-events:stripe-evt_1',
    'bzpopmin sluice:webhook-events:marker 1',
  ],
  sluice_worker: [],
  sluice_board: [
    'set features:user_1 x',
    'del features:user_1',
    'publish generation:job_1 x',
    'set sluice:epoch x',
    'del sluice:epoch',
    'set sluice:webhook-events:1:lock x',
    'del sluice:rejected:192.0.2.1',
    'bzpopmin sluice:webhook-events:marker 1',
  ],
} as const

const forbidden = Object.entries(FOR_OTHERS).flatMap(([user, others]) =>
  [...FOR_THE_OWNER, ...others].map((command) => [user as keyof typeof FOR_OTHERS, command] as const),
)

test.each(forbidden)('the Redis user %s may not run: %s', async (user, command) => {
  const verdict = await stack.owner.call('ACL', 'DRYRUN', user, ...command.split(' '))
  expect(verdict).toMatch(/no permissions/)
})

test('no app can empty Redis, not from a script either', async () => {
  for (const user of Object.keys(FOR_OTHERS) as (keyof typeof FOR_OTHERS)[]) {
    const asApp = new Redis(stack.redis.urlOf(user))
    await expect(asApp.flushall()).rejects.toThrow('NOPERM')
    await expect(asApp.eval('return redis.call("FLUSHALL")', 0)).rejects.toThrow()
    asApp.disconnect()
  }
})

test('with these rights events, effects, the rate limit and the board work', async () => {
  const stream = seedStream({ events: 60, seed: 'rights' })
  await addHostRows(stack, stream)
  const answers = await sendAll(stack, shuffle([...stream.events, ...stream.events], 'rights'))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(await allDone(stack, 60)).toEqual({ processed: 60 })
  expect(await stack.query(`SELECT kind, error FROM outbox_messages WHERE status = 'failed'`)).toEqual([])

  const forged = () => fetch(`${stack.ingest.url}/webhooks/stripe`, { method: 'POST', body: '{}' })
  expect((await Promise.all(Array.from({ length: 101 }, forged))).some(({ status }) => status === 429)).toBe(true)
  expect(await stack.owner.keys('sluice:rejected:*')).toHaveLength(1)

  for (const action of ['pause', 'resume']) expect(await onBoard(`webhook-events/${action}`, 'PUT')).toMatchObject(OK)
  for (const app of stack.apps) expect(app.output()).not.toMatch(/NOPERM|ReplyError/)
})

/** An attacker with the account of a provider can sign any body. */
test('300 odd events, correctly signed, cause no 5xx and no crash, have one row each, and later events are processed', async () => {
  const before = await countRows()
  const odd = oddEvents(seedStream({ events: 60, seed: 'odd' }).events, 5, 'odd')
  const answers = await sendAll(stack, odd, 16)
  expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 400])
  const taken = answers.filter(({ body }) => (body as { duplicate?: boolean }).duplicate === false).length
  expect(taken).toBeGreaterThan(150)

  const counts = await allDone(stack, before + taken)
  expect(await countRows()).toBe(before + taken)
  expect(counts['received']).toBeUndefined()
  const deadLetters = await stack.query<{ error: string }>('SELECT error FROM webhook_dead_letters')
  expect(deadLetters).toHaveLength(counts['failed'] ?? 0)
  expect(deadLetters.filter(({ error }) => !error.startsWith('invalid_object: '))).toEqual([])
  const undeserved = `SELECT id FROM users WHERE role <> 'FREE'
    AND id NOT IN (SELECT user_id FROM subscriptions WHERE is_active AND user_id IS NOT NULL)`
  expect(await stack.query(undeserved)).toEqual([])
  expect(await unbalancedEntries(stack)).toEqual([])

  const lifecycle = subscriptionLifecycle({
    seed: 'after',
    userId: 'user_after',
    steps: ['created', 'activated', 'paid'],
  })
  for (const event of lifecycle) expect(await send(stack, event)).toMatchObject({ status: 200 })
  expect(await allDone(stack, before + taken + 3)).toMatchObject({ failed: counts['failed'] })
})

const CANARIES = ['canary@example.com', 'Canary Q. Person', '4000 0012 3456 7899', 'tok_canary', 'cookie-of-a-canary']
const [EMAIL, NAME, CARD, TOKEN, COOKIE] = CANARIES as [string, string, string, string, string]

/** With what a body of a provider may hold of a person. */
const withCanaries = (event: SentEvent): SentEvent => {
  const body = JSON.parse(event.body)
  const card = { number: CARD, holder: NAME }
  const person = { description: CARD, metadata: { ...body.data.object.metadata, note: TOKEN, name: NAME }, card }
  return { ...event, body: JSON.stringify({ ...body, data: { object: { ...body.data.object, ...person } } }) }
}

test('secrets planted in requests are in no log, metric, write to Redis or answer, also when the event fails', async () => {
  await stack.query(`ALTER TABLE customers ADD CONSTRAINT refused CHECK (email <> 'failing-${EMAIL}')`)
  const before = await countRows()
  const lifecycles = [EMAIL, `failing-${EMAIL}`].flatMap((email, index) =>
    subscriptionLifecycle({
      seed: `canary-${index}`,
      email,
      steps: ['customer_created', 'created', 'activated', 'paid'],
    }),
  )
  const answers = await sendAll(stack, lifecycles.map(withCanaries))
  expect(answers.map(({ status }) => status)).toEqual(lifecycles.map(() => 200))
  const forged = await fetch(`${stack.ingest.url}/webhooks/stripe?note=${TOKEN}`, {
    method: 'POST',
    body: withCanaries(lifecycles[0] as SentEvent).body,
    headers: {
      'content-type': 'application/json',
      'stripe-signature': `t=1,v1=${TOKEN}`,
      authorization: `Bearer ${TOKEN}`,
      cookie: COOKIE,
      'user-agent': NAME,
    },
  })
  expect([400, 429]).toContain(forged.status)
  await allDone(stack, before + lifecycles.length)
  const planted = await stack.query(`SELECT 1 FROM webhook_events WHERE position('${TOKEN}'::bytea IN raw_body) > 0`)
  expect(planted).toHaveLength(lifecycles.length)
  const deadLetters = await stack.query<{ id: string; error: string }>(
    `SELECT event_id AS id, error FROM webhook_dead_letters WHERE position('failing-${EMAIL}'::bytea IN raw_body) > 0`,
  )
  expect(deadLetters.length).toBeGreaterThan(0)

  const jobs = deadLetters.map(({ id }) => `webhook-events/stripe-${id}`)
  const places = {
    answers: JSON.stringify([answers, await forged.text()]),
    logs: stack.apps.map((app) => app.output()).join(''),
    metrics: (await Promise.all([stack.ingest, stack.worker].map(metricsOf))).join(''),
    'causes of dead letters': JSON.stringify(deadLetters.map(({ error }) => error)),
    'writes to Redis': await writesToRedis(),
    board: (await Promise.all(['?activeQueue=webhook-events', ...jobs].map((path) => onBoard(path))))
      .map(textOf)
      .join(),
  }
  const secrets = [...Object.values(SECRETS), 'of-the-tests', String(stack.env['BOARD_PASSWORD'])]
  for (const [place, text] of Object.entries(places)) {
    const shown = [...CANARIES, ...secrets].filter((canary) => text.includes(canary))
    expect({ place, shown, isSomething: text.length > 20 }).toEqual({ place, shown: [], isSomething: true })
  }
  expect(places['writes to Redis']).not.toContain('rawBody')
  expect(places['writes to Redis']).toContain(deadLetters[0]?.id)
})

const OK = { status: 200 }
const textOf = ({ text }: { text: string }) => text
const metricsOf = async ({ url }: { url: string }) => (await fetch(`${url}/metrics`)).text()

/** As the operator who is logged in. */
async function onBoard(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const login = Buffer.from(`${stack.env['BOARD_USER']}:${stack.env['BOARD_PASSWORD']}`).toString('base64')
  const url = `${stack.board.url}/queues/api/queues${path.startsWith('?') ? '' : '/'}${path}`
  const response = await fetch(url, { method, headers: { authorization: `Basic ${login}` } })
  return { status: response.status, text: await response.text() }
}

/** Every command that changed anything since Redis started, as its append-only file has them. */
async function writesToRedis(): Promise<string> {
  const setting = async (name: string) => ((await stack.owner.config('GET', name)) as string[])[1] ?? ''
  const folder = join(await setting('dir'), await setting('appenddirname'))
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('')
}
