import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { providers } from '@sluice/providers'
import { createProducer, QUEUES } from '@sluice/queue'
import type { SentEvent } from '@sluice/simulator'
import { entryOf, eventually, findMark, rowsWith, type Stack, startProcess, withStack } from '@sluice/testing'
import { type StripeObject, thinEvent, withStripe } from '@sluice/testing/stand-ins'
import { Redis } from 'ioredis'
import { ledgerFindings } from './support/ledger-findings.ts'
import {
  billingEventsOf,
  customerObject,
  generationEventsOf,
  hostRowsOf,
  invoiceObject,
  namesOf,
  predictionEvent,
  refundEvent,
  stripeEvent,
} from './support/person-events.ts'
import { addHostRows, allDone, sendAll } from './support/stack.ts'

const ADA = ['mark-ada', 'ada'] as const
const BOB = ['mark-bob', 'bob'] as const
const PICTURES = 40

const QUICK = { EVENT_ATTEMPTS: '1', SWEEP_INTERVAL_MS: '200', UNCLAIMED_PAYMENT_SECONDS: '0' }

const sluice = ({ directory: cwd, env, redis }: Stack, ...args: string[]) => {
  const { DATABASE_URL, STRIPE_API_KEY, STRIPE_API_BASE } = env
  return startProcess(entryOf('cli'), args, {
    cwd,
    env: { DATABASE_URL, STRIPE_API_KEY, STRIPE_API_BASE, REDIS_URL: redis.url },
  })
}

async function run(stack: Stack, ...args: string[]): Promise<string> {
  const started = sluice(stack, ...args)
  const exitCode = await started.exited
  if (exitCode !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${exitCode}: ${started.output()}`)
  return started.output()
}

/** Every way in which a person gets into a system, and what is left of it in its stores. */
async function liveThrough(stack: Stack): Promise<number> {
  const events: SentEvent[] = []
  for (const [mark, id] of [ADA, BOB]) {
    await addHostRows(stack, hostRowsOf(mark, id))
    events.push(...billingEventsOf(mark, id), ...generationEventsOf(mark, id, PICTURES))
    await leaveJob(stack, mark, id)
  }
  await sendAll(stack, events)
  await allDone(stack, events.length)
  await fillCache(stack)
  return events.length
}

/** As the host does, once the worker has emptied it. */
async function fillCache({ redis: { url } }: Stack): Promise<void> {
  const redis = new Redis(url)
  for (const [mark] of [ADA, BOB]) await redis.set(`features:${namesOf(mark).userId}`, mark)
  redis.disconnect()
}

/** A job that carries an event that nobody vouches for, and is kept. */
async function leaveJob(stack: Stack, mark: string, id: string): Promise<void> {
  const { body, id: eventId, type } = stripeEvent('customer.updated', customerObject(mark, id))
  const stripe = providers.find(({ name }) => name === 'stripe')
  const secret = stripe?.makeSecret() ?? ''
  const headers = stripe?.sign(body, secret, { id: eventId }) ?? {}
  const event = stripe?.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
  const producer = createProducer(stack.redis.url)
  try {
    await eventually(() => producer.enqueue({ provider: 'stripe', eventId, type, ...(event && { event }) }))
    await eventually(
      async () => expect((await producer.counts())[QUEUES.events]?.['failed']).toBeGreaterThan(0),
      30_000,
    )
  } finally {
    await producer.close()
  }
}

/** The names of Redis keys that contain the text, in name or value. Bodies in jobs are base64. */
async function redisKeysWith({ redis: { url } }: Stack, text: string): Promise<string[]> {
  const redis = new Redis(url)
  try {
    const found: string[] = []
    for (const key of await redis.keys('*')) {
      const values = [key, ...(await valuesOf(redis, key))]
      const bodies = values.flatMap((value) => /"rawBody":"([^"]+)"/.exec(value)?.[1] ?? [])
      const texts = [...values, ...bodies.map((body) => Buffer.from(body, 'base64').toString())]
      if (texts.some((value) => value.includes(text))) found.push(key)
    }
    return found
  } finally {
    redis.disconnect()
  }
}

async function valuesOf(redis: Redis, key: string): Promise<string[]> {
  switch (await redis.type(key)) {
    case 'string':
      return [(await redis.get(key)) ?? '']
    case 'hash':
      return Object.values(await redis.hgetall(key))
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'zset':
      return redis.zrange(key, '0', '-1')
    case 'set':
      return redis.smembers(key)
    default:
      return (await redis.xrange(key, '-', '+')).flatMap(([, fields]) => fields.map(String))
  }
}

/** Files of the asset store and of e-mail, that contain the text, or are named after the person's ids. */
async function filesWith({ directory }: Stack, text: string, id: string): Promise<string[]> {
  const root = join(directory, '.sluice')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path, 'latin1')
    if (content.includes(text) || new RegExp(`[_-]${id}\\b`).test(path)) found.push(path.slice(root.length + 1))
  }
  return found.sort()
}

const LEDGER = `SELECT entry_key, account, direction, amount, currency FROM ledger_entries ORDER BY 1, 2, 3`

/** Rows that a run of `forget` leaves as it goes on. */
const STAGES = [
  'SELECT id FROM forgotten_keys LIMIT 1',
  'SELECT id FROM forget_runs WHERE keys IS NOT NULL',
  `SELECT FROM subscriptions WHERE registers ? 'forgotten'`,
  `SELECT FROM customers WHERE registers ? 'forgotten'`,
  `SELECT FROM generation_jobs WHERE registers ? 'forgotten' LIMIT 1`,
  `SELECT id FROM notifications WHERE recipient = '' LIMIT 1`,
]

const logs = ({ workers, ingests, boards }: Stack): string =>
  [...workers, ...ingests, ...boards].map((app) => app.output()).join('')

/**
 * Lines of a log that name the person, by the mark in every name, address, telephone number and user id, or by the id of an
 * object. The ids of events and predictions, and the keys of effects, are the only names that lines may have.
 */
const linesWith = (log: string, [mark, id]: typeof ADA): string[] =>
  log.split('\n').filter((line) => {
    const {
      eventId: _,
      predictionId: __,
      effectKey: ___,
      ...others
    } = line.startsWith('{') ? JSON.parse(line) : { line }
    return line.includes(mark) || new RegExp(`[_-]${id}\\b`).test(JSON.stringify(others))
  })

async function findings({ postgres }: Stack): Promise<unknown[]> {
  const pool = connect(postgres.url, { max: 1 })
  try {
    return await ledgerFindings(pool)
  } finally {
    await pool.end()
  }
}

const lateEvents = ([mark, id]: typeof ADA): SentEvent[] => [
  stripeEvent('customer.updated', customerObject(`${mark}-2`, id)),
  stripeEvent(
    'invoice.paid',
    invoiceObject(mark, id, { id: `in_late_${id}`, amount_paid: 3000, amount_due: 3000, total: 3000 }),
  ),
  stripeEvent('charge.refunded', {
    ...{ id: `ch_${id}`, object: 'charge', amount: 2000, amount_captured: 2000, amount_refunded: 700, captured: true },
    ...{ currency: 'usd', customer: `cus_${id}`, payment_intent: `pi_${id}`, receipt_email: `${mark}@x.example` },
  }),
  refundEvent(id, `re_late_${id}`, 200, mark),
  predictionEvent(`late-${id}`, { input: { prompt: mark }, output: [`data:text/plain,${mark}-late`] }),
  stripeEvent('checkout.session.completed', {
    ...{ id: `cs_late_${id}`, object: 'checkout.session', mode: 'payment', status: 'complete', payment_status: 'paid' },
    ...{
      customer: `cus_new_${id}`,
      customer_details: { email: `${mark}@x.example` },
      client_reference_id: `user-${mark}`,
    },
    ...{
      metadata: {},
      subscription: null,
      invoice: null,
      payment_intent: `pi_late_${id}`,
      amount_total: 400,
      currency: 'usd',
    },
  }),
]

describe('a person with everything', () => {
  test('is exported whole, then found nowhere; late events book their money and bring nothing back', () =>
    withStack({ env: QUICK }, async (stack) => {
      const sent = await liveThrough(stack)
      const to = join(stack.directory, 'export')
      await run(stack, 'export', '--user', `user-${ADA[0]}`, '--to', to)
      const exported = await readdir(to, { recursive: true })
      const count = (folder: string) => exported.filter((name) => name.startsWith(folder)).length
      expect(count('bodies/')).toBeGreaterThan(14)
      expect(exported.filter((name) => /^files\/job-pred-ada\//.test(name))).toHaveLength(PICTURES)
      expect(exported).toEqual(
        expect.arrayContaining(['README.md', 'files/receipts/in_ada.pdf', 'ledger_entries.json']),
      )
      expect(await readFile(join(to, 'customers.json'), 'utf8')).toContain('mark-ada@customer.example')
      for (const name of exported.filter((one) => one.endsWith('.json')))
        expect(await readFile(join(to, name), 'utf8')).not.toContain('mark-bob')

      expect(await redisKeysWith(stack, ADA[0])).toHaveLength(2)
      const [bob, ledger] = [await rowsWith(stack.query, BOB[0]), await stack.query(LEDGER)]
      const bobsFiles = await filesWith(stack, ...BOB)
      await run(stack, 'forget', '--user', `user-${ADA[0]}`, '--yes')

      const expectNothing = async () => {
        expect(await findMark(stack.query, ADA[0])).toEqual([])
        expect(await redisKeysWith(stack, ADA[0])).toEqual([])
        expect(await filesWith(stack, ...ADA)).toEqual([])
        expect(linesWith(logs(stack), ADA)).toEqual([])
      }
      await expectNothing()
      expect(await rowsWith(stack.query, BOB[0])).toEqual(bob)
      expect(await filesWith(stack, ...BOB)).toEqual(bobsFiles)
      expect(await redisKeysWith(stack, BOB[0])).toHaveLength(2)
      expect(await stack.query(LEDGER)).toEqual(ledger)
      expect(await findings(stack)).toEqual([])

      const late = lateEvents(ADA)
      await sendAll(stack, late)
      await allDone(stack, sent + late.length)
      await sendAll(stack, [stripeEvent('customer.updated', { ...customerObject(ADA[0], 'new_ada'), metadata: {} })])
      await allDone(stack, sent + late.length + 1)
      await eventually(async () => {
        const booked = await stack.query(
          `SELECT entry_key, sum(amount)::int AS amount FROM ledger_entries WHERE direction = 'debit'
            AND entry_key IN ('payment:in_late_ada', 'refund:re_late_ada', 'payment:cs_late_ada') GROUP BY 1 ORDER BY 1`,
        )
        expect(booked).toEqual([
          { entry_key: 'payment:cs_late_ada', amount: 400 },
          { entry_key: 'payment:in_late_ada', amount: 3000 },
          { entry_key: 'refund:re_late_ada', amount: 200 },
        ])
      })
      await expectNothing()
      expect(await findings(stack)).toEqual([])
      expect(await stack.query(`SELECT role FROM users WHERE id = 'user-${ADA[0]}'`)).toEqual([{ role: 'FREE' }])
      expect(await stack.query(`SELECT role FROM users WHERE id = 'user-${BOB[0]}'`)).toEqual([{ role: 'PREMIUM' }])
    }))

  test('stays forgotten when Stripe is asked again: a thin event, an import, a missed event, a redrive and a replay', () =>
    withStripe((stripe) =>
      withStack({ env: { ...QUICK, ...stripe.env } }, async (stack) => {
        const [mark, id] = ADA
        await addHostRows(stack, hostRowsOf(mark, id))
        const events = billingEventsOf(mark, id)
        await sendAll(stack, events)
        await allDone(stack, events.length)
        await run(stack, 'forget', '--user', `user-${mark}`, '--yes')

        const now = { created: Math.floor(Date.now() / 1000) }
        const again = customerObject(`${mark}-2`, id, { invoice_settings: { default_payment_method: null }, ...now })
        for (const object of [again, invoiceObject(mark, id), invoiceObject(mark, id, { id: `in_new_${id}` })])
          stripe.put(object as StripeObject)
        // An event of this moment may still be on its way.
        const missed = stripeEvent('customer.updated', again, { created: now.created - 3_600 })
        stripe.record([missed])
        await sendAll(stack, [
          thinEvent(stripeEvent('customer.updated', again, now), { id: 'evt_thin', namesSnapshot: false }),
        ])
        await run(stack, 'import', 'stripe', '--only', 'customers,invoices')
        expect(await sluice(stack, 'reconcile', '--since', '1d', '--repair').exited).toBe(3)
        await run(stack, 'redrive')
        await run(stack, 'replay', '--since', '1d')
        await eventually(async () => {
          const arrived = await stack.query<{ event_id: string }>(
            `SELECT event_id FROM webhook_events WHERE status = 'processed' AND event_id = ANY ($1) OR type LIKE 'import.%'`,
            [['evt_thin-fetched', missed.id]],
          )
          expect(arrived).toHaveLength(5)
        }, 60_000)
        await eventually(async () =>
          expect(await stack.query(`SELECT event_id FROM webhook_events WHERE status = 'received'`)).toEqual([]),
        )
        expect(await findMark(stack.query, mark)).toEqual([])
        expect(linesWith(logs(stack), ADA)).toEqual([])
        expect(await findings(stack)).toEqual([])
      }),
    ))

  test('is forgotten also if the command is killed again and again while workers run and events come', () =>
    withStack({ env: QUICK }, async (stack) => {
      const sent = await liveThrough(stack)
      const late = lateEvents(ADA)
      const args = ['forget', '--user', `user-${ADA[0]}`, '--yes'] as const
      for (const [index, reached] of STAGES.entries()) {
        const started = sluice(stack, ...args)
        await sendAll(stack, late.slice(index, index + 1))
        await eventually(async () => expect([reached, await stack.query(reached)]).not.toEqual([reached, []]), 60_000)
        await started.kill('SIGKILL')
      }
      await allDone(stack, sent + late.length)
      await run(stack, ...args)
      expect(await findMark(stack.query, ADA[0])).toEqual([])
      expect(await filesWith(stack, ...ADA)).toEqual([])
      expect(await findings(stack)).toEqual([])
    }))
})
