import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { freePort } from '@sluice/dev-services'
import { type SentEvent, stripeEvent, subscriptionLifecycle } from '@sluice/simulator'
import { entryOf, eventually, type Stack, startProcess, withStack } from '@sluice/testing'
import { withSmtp } from '@sluice/testing/stand-ins'
import { allDone, sendAll, statuses, unbalancedEntries } from './support/stack.ts'

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '20', SWEEP_INTERVAL_MS: '500' }
const SCRIPT = fileURLToPath(new URL('support/faulty-worker.mjs', import.meta.url))

const PAID = ['customer_created', 'created', 'finalized', 'activated', 'paid'] as const
const LIVES = 20

/** Customers who paid. Every other payment has a second event, which has no fault. */
const lifecycles = Array.from({ length: LIVES }, (_, index) =>
  subscriptionLifecycle({
    seed: `redriven-${index}`,
    email: `customer-${index}@customer.example`,
    steps: index % 2 === 0 ? PAID : [...PAID, 'payment_succeeded'],
  }),
)
const events = lifecycles.flat()

/** A worker with two faults, until `use` ends. */
async function withFaulty(stack: Stack, use: () => Promise<void>): Promise<void> {
  const worker = startProcess(SCRIPT, [], {
    env: { ...stack.env, WORKER_PORT: String(await freePort()) },
    cwd: stack.directory,
  })
  try {
    await use()
  } finally {
    await worker.kill('SIGTERM')
  }
}

async function sluiceRedrive(stack: Stack, ...options: string[]) {
  const env = { DATABASE_URL: stack.postgres.url }
  const command = startProcess(entryOf('cli'), ['redrive', '--json', ...options], { env, cwd: stack.directory })
  await command.exited
  return JSON.parse(command.output())
}

/** Does the same as the button of the board. */
async function retryOnBoard(stack: Stack, queue: string, jobId: string): Promise<number> {
  const { BOARD_USER, BOARD_PASSWORD } = stack.env
  const login = Buffer.from(`${BOARD_USER}:${BOARD_PASSWORD}`).toString('base64')
  const headers = { authorization: `Basic ${login}`, 'sec-fetch-site': 'same-origin' }
  const url = `${stack.boards[0]?.url}/queues/api/queues/${queue}/${jobId}/retry`
  return (await fetch(url, { method: 'PUT', headers })).status
}

interface Letter {
  id: string
  event_id: string
  effect: string | null
}

const openDeadLetters = (stack: Stack): Promise<Letter[]> =>
  stack.query(
    `SELECT id, event_id, outbox_message_id AS effect FROM webhook_dead_letters WHERE redriven_at IS NULL ORDER BY id`,
  )

/** The staff get no e-mail, so that only customers' e-mail is counted: a receipt and an invoice a payment. */
const TWO_EMAILS = { EMAILS: 'all,-dead_letter.opened', INVOICE_DOCUMENT: 'separate' }

/** All that a redrive could change. */
const everything = (stack: Stack) =>
  Promise.all(
    ['webhook_events', 'webhook_dead_letters', 'outbox_messages', 'payments', 'ledger_entries', 'notifications'].map(
      (table) => stack.query(`SELECT * FROM ${table} ORDER BY ${table}::text`),
    ),
  )

/** Guarantees that what failed for good comes through once the fault is mended, and only once. */
test('the board and a redrive both process dead letters; effects happen once, and a second redrive changes nothing', () =>
  withSmtp((smtp) =>
    withStack({ workers: 0, boards: 1, env: { ...QUICK, ...TWO_EMAILS, SMTP_URL: smtp.url } }, async (stack) => {
      const paid = (isRepeated: boolean): SentEvent =>
        lifecycles[isRepeated ? 1 : 0]?.find(({ type }) => type === 'invoice.paid') as SentEvent
      const jobOf = (event: SentEvent) => `stripe-${event.id}`

      await withFaulty(stack, async () => {
        await sendAll(stack, events)
        expect(await allDone(stack, events.length)).toEqual({ failed: LIVES, processed: events.length - LIVES })
        expect(await openDeadLetters(stack)).toHaveLength(LIVES * 1.5)

        // Before the fault is mended it fails again, and stays one dead letter.
        const [first] = (await openDeadLetters(stack)).filter(
          ({ event_id, effect }) => event_id === paid(false).id && !effect,
        )
        expect(await retryOnBoard(stack, 'webhook-events', jobOf(paid(false)))).toBe(204)
        await eventually(async () => {
          const deadLetters = await openDeadLetters(stack)
          expect(deadLetters).toHaveLength(LIVES * 1.5)
          expect(deadLetters.filter(({ event_id, effect }) => event_id === paid(false).id && !effect)).not.toEqual([
            first,
          ])
        })
      })
      const plan = [
        { type: 'invoice.paid', cause: 'handler_threw', count: LIVES },
        { type: 'receipt', cause: 'effect_threw', count: LIVES / 2 },
      ]
      expect(await sluiceRedrive(stack, '--dry-run')).toEqual({ matched: LIVES * 1.5, redriven: 0, deadLetters: plan })
      expect(smtp.mails).toHaveLength(LIVES / 2) // invoices of the payments with two events

      await stack.start('worker')
      const effect = (await openDeadLetters(stack)).find((one) => one.effect)?.effect as string
      expect(await retryOnBoard(stack, 'webhook-events', jobOf(paid(false)))).toBe(204)
      expect(await retryOnBoard(stack, 'effects', effect)).toBe(204)
      await eventually(async () => expect(await openDeadLetters(stack)).toHaveLength(LIVES * 1.5 - 2))
      await allDone(stack, events.length)
      expect(await statuses(stack)).toEqual({ failed: LIVES - 1, processed: events.length - LIVES + 1 })
      expect(smtp.mails).toHaveLength(LIVES / 2 + 3)

      const rest = plan.map((row) => ({ ...row, count: row.count - 1 }))
      const redriven = await sluiceRedrive(stack, '--rate', '40')
      expect(redriven).toEqual({ matched: LIVES * 1.5 - 2, redriven: LIVES * 1.5 - 2, deadLetters: rest })
      expect(await allDone(stack, events.length)).toEqual({ processed: events.length })
      expect(await openDeadLetters(stack)).toEqual([])
      expect(
        await stack.query(`SELECT kind FROM outbox_messages WHERE status <> 'done' AND kind <> 'dead_letter.opened'`),
      ).toEqual([])
      expect(await stack.query('SELECT status, count(*)::int FROM payments GROUP BY 1')).toEqual([
        { status: 'succeeded', count: LIVES },
      ])
      expect(await unbalancedEntries(stack)).toEqual([])
      expect(smtp.mails).toHaveLength(2 * LIVES)
      expect(new Set(smtp.mails.map(({ to, subject }) => `${to} ${subject}`)).size).toBe(2 * LIVES)

      const before = await everything(stack)
      expect(await sluiceRedrive(stack)).toEqual({ matched: 0, redriven: 0, deadLetters: [] })
      expect(await everything(stack)).toEqual(before)
    }),
  ))

test('an event whose object does not fit its type becomes a dead letter that names the field, never the value', () =>
  withStack({ env: QUICK }, async (stack) => {
    const broken = {
      id: 'in_1',
      object: 'invoice',
      customer: 'cus_1',
      amount_paid: 'a secret',
      currency: 'eur',
      created: 1,
    }
    await sendAll(stack, [stripeEvent('invoice.paid', broken, { id: 'evt_broken', created: 1_767_600_000 })])

    expect(await allDone(stack, 1)).toEqual({ failed: 1 })
    const [deadLetter] = await stack.query<{ error: string }>('SELECT error FROM webhook_dead_letters')
    expect(deadLetter?.error).toMatch(/^invalid_object: .*amount_paid/)
    expect(deadLetter?.error).not.toContain('a secret')
    await eventually(async () => expect(stack.workers[0]?.output()).toContain('dead_letter'))
    expect(stack.workers[0]?.output()).not.toContain('a secret')
  }))
