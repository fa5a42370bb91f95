import { describe, expect, test } from '@jest/globals'
import { redrive } from '@sluice/database/dead-letters'
import { connect } from '@sluice/database/pool'
import { replay } from '@sluice/database/replay'
import { decide } from '@sluice/handlers'
import { type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type TestS3, type TestSmtp, withS3, withSmtp } from '@sluice/testing/stand-ins'
import { allDone, send, sendAll } from './support/stack.ts'

interface Environment {
  stack: Stack
  smtp: TestSmtp
  s3: TestS3
}

const QUICK = {
  EVENT_BACKOFF_MS: '100',
  EVENT_BACKOFF_MAX_MS: '500',
  HANDLER_TIMEOUT_MS: '3000',
  SWEEP_INTERVAL_MS: '100',
}

/** A stack whose mail server and S3 are stand-ins that can fail. It sends receipt and invoice by themselves. */
const withEnvironment = (env: Record<string, string>, use: (environment: Environment) => Promise<void>) =>
  withSmtp((smtp) =>
    withS3((s3) =>
      withStack(
        {
          env: {
            ...QUICK,
            ...s3.env,
            INVOICE_DOCUMENT: 'separate',
            SMTP_URL: smtp.url,
            MAIL_FROM: 'Acme <billing@acme.example>',
            ...env,
          },
        },
        (stack) => use({ stack, smtp, s3 }),
      ),
    ),
  )

/** A customer with an address who subscribes and pays. The last two events are about one payment. */
const paidLife = (seed: string): SentEvent[] =>
  subscriptionLifecycle({
    seed,
    email: 'ada@customer.example',
    steps: ['customer_created', 'created', 'finalized', 'activated', 'paid', 'payment_succeeded'],
  })

const outbox = (stack: Stack) =>
  stack.query<{ kind: string; status: string; attempts: number; error: string | null }>(
    `SELECT kind, status, attempts, error FROM outbox_messages WHERE kind IN ('receipt', 'invoice') ORDER BY kind DESC`,
  )

const DONE = [
  { kind: 'receipt', status: 'done', attempts: 0, error: null },
  { kind: 'invoice', status: 'done', attempts: 0, error: null },
]

/** Both effects as they wait, without an attempt. */
const waiting = (error: RegExp) =>
  DONE.map((row) => ({ ...row, status: 'pending', error: expect.stringMatching(error) }))

/** A message that may have been delivered is sent three times at most. */
async function allSent({ stack, smtp }: Environment) {
  await eventually(async () => {
    const rows = await outbox(stack)
    expect(rows.map(({ status }) => status)).toEqual(['done', 'done'])
    expect(rows.every(({ attempts }) => attempts <= 2)).toBe(true)
  }, 60_000)
  expect(smtp.mails.length).toBeLessThanOrEqual(6)
}

/** Must hold of the mail server, however often an event came. */
function expectOneIdentityEach(smtp: TestSmtp) {
  const ids = new Map<string, Set<string>>()
  for (const { subject, messageId } of smtp.mails) ids.set(subject, (ids.get(subject) ?? new Set()).add(messageId))
  expect([...ids.values()].map(({ size }) => size)).toEqual([1, 1])
}

describe('a payment that succeeded', () => {
  test('has one receipt and one invoice by e-mail and in the store, also after duplicates and twenty replays', () =>
    // With the usual time limit: on a busy machine three seconds pass between an e-mail and its confirmation, and it is sent again.
    withEnvironment({ HANDLER_TIMEOUT_MS: '30000' }, async ({ stack, smtp, s3 }) => {
      const lifecycle = paidLife('receipts')
      await sendAll(stack, [...lifecycle, ...lifecycle, ...lifecycle])
      await allDone(stack, lifecycle.length)

      const pool = connect(stack.postgres.url, { max: 1 })
      try {
        for (let time = 0; time < 20; time += 1) {
          expect(await replay(pool, { since: new Date(0) }, { decide })).toEqual({ replayed: lifecycle.length })
          await allDone(stack, lifecycle.length)
        }
      } finally {
        await pool.end()
      }

      expect(await outbox(stack)).toEqual(DONE)
      const payment = (await stack.query<{ payment_id: string }>('SELECT payment_id FROM payments'))[0]?.payment_id
      expect([...s3.objects.keys()].sort()).toEqual([
        `assets/invoices/${payment}.pdf`,
        `assets/receipts/${payment}.pdf`,
      ])
      expect(await stack.query('SELECT kind FROM documents ORDER BY kind')).toEqual([
        { kind: 'invoice' },
        { kind: 'receipt' },
      ])
      expect(smtp.mails.map(({ to, attachments }) => [to, attachments.length])).toEqual([
        ['ada@customer.example', 1],
        ['ada@customer.example', 1],
      ])
      for (const { attachments } of smtp.mails)
        expect([...s3.objects.values()].map(({ body }) => body)).toContainEqual(attachments[0]?.content)
      expect(await stack.query(`SELECT kind FROM notifications WHERE status = 'sent'`)).toHaveLength(2)
    }))
})

/** Posts a paid lifecycle while something is wrong, and sees its state committed all the same. */
async function payMeanwhile({ stack }: Environment, seed: string) {
  const lifecycle = paidLife(seed)
  for (const event of lifecycle) await send(stack, event)
  await eventually(async () => {
    const rows = await stack.query<{ status: string }>('SELECT status FROM webhook_events')
    expect(rows.map(({ status }) => status)).toEqual(lifecycle.map(() => 'processed'))
    expect(await stack.query('SELECT status FROM payments')).toEqual([{ status: 'succeeded' }])
  })
}

describe('state is committed at once, and each e-mail is sent under one Message-ID, when the mail server', () => {
  test('is unavailable', () =>
    withEnvironment({}, async (environment) => {
      const { stack, smtp } = environment
      await smtp.stop()
      await payMeanwhile(environment, 'down')
      await eventually(() => expect(stack.workers[0]?.output()).toContain('Effect waits for another server'))
      expect(await outbox(stack)).toEqual(waiting(/^(unreachable|busy): /))
      await smtp.start()
      await eventually(async () => expect(await outbox(stack)).toEqual(DONE), 30_000)
      expectOneIdentityEach(smtp)
    }))

  test('is slower than the time limit', () =>
    withEnvironment({ HANDLER_TIMEOUT_MS: '3000' }, async (environment) => {
      const { stack, smtp } = environment
      smtp.failWith({ slowMs: 2_000 })
      await payMeanwhile(environment, 'slow')
      await eventually(() => expect(stack.workers[0]?.output()).toContain('"reason":"may_have_been_delivered"'))
      smtp.recover()
      await allSent(environment)
      expectOneIdentityEach(smtp)
    }))

  test('accepts messages and hangs up before it confirms', () =>
    withEnvironment({}, async (environment) => {
      const { smtp } = environment
      smtp.failWith('hangs up after taking')
      await payMeanwhile(environment, 'hang-up')
      await eventually(() => expect(smtp.mails.length).toBeGreaterThan(1))
      smtp.recover()
      await allSent(environment)
      expectOneIdentityEach(smtp)
    }))

  test('refuses the address: the effect alone becomes a dead letter, which names the code and no customer data', () =>
    withEnvironment({ EVENT_ATTEMPTS: '3', EMAILS: 'all,-dead_letter.opened' }, async (environment) => {
      const { stack, smtp } = environment
      smtp.failWith({ refuse: 550 })
      await payMeanwhile(environment, 'refused')
      const error = (kind: string) => `smtp_550: effect ${kind} failed`
      await eventually(async () =>
        expect(await outbox(stack)).toEqual(
          DONE.map((row) => ({ ...row, status: 'failed', attempts: 3, error: error(row.kind) })),
        ),
      )
      expect(await stack.query('SELECT type, error FROM webhook_dead_letters ORDER BY type')).toEqual([
        { type: 'invoice', error: error('invoice') },
        { type: 'receipt', error: error('receipt') },
      ])
      expect(stack.workers[0]?.output()).not.toContain('customer.example')

      smtp.recover()
      const pool = connect(stack.postgres.url, { max: 1 })
      await redrive(pool, {}).finally(() => pool.end())
      await eventually(
        async () => expect((await outbox(stack)).map(({ status }) => status)).toEqual(['done', 'done']),
        30_000,
      )
      expect(smtp.mails).toHaveLength(2)
    }))
})

describe('a document is stored once and whole when S3', () => {
  test('is unavailable, answers with errors or breaks off', () =>
    withEnvironment({ EVENT_ATTEMPTS: '100' }, async (environment) => {
      const { stack, smtp, s3 } = environment
      await s3.stop()
      await payMeanwhile(environment, 's3')
      await eventually(() => expect(stack.workers[0]?.output()).toContain('"reason":"ECONNREFUSED"'))
      expect(await outbox(stack)).toEqual(waiting(/^(unreachable|unavailable|busy): /))

      s3.failWith('hangs up half-way')
      await s3.start()
      const seen = s3.requests.length
      await eventually(() => expect(s3.requests.length).toBeGreaterThan(seen + 1))
      expect(await outbox(stack)).toEqual(waiting(/^(unreachable|unavailable|busy): /))
      s3.failWith({ status: 503 })
      await eventually(() => expect(stack.workers[0]?.output()).toContain('"reason":"s3_503"'))
      expect(await outbox(stack)).toEqual(waiting(/^(unreachable|unavailable|busy): /))
      s3.failWith({ status: 403 })
      await eventually(async () => expect((await outbox(stack))[0]?.error).toBe('access_denied: s3_403'))
      expect((await outbox(stack))[0]?.attempts).toBe(0)
      expect(s3.objects.size).toBe(0)

      s3.recover()
      await eventually(
        async () => expect((await outbox(stack)).map(({ status }) => status)).toEqual(['done', 'done']),
        30_000,
      )
      expect(s3.objects.size).toBe(2)
      expect(smtp.mails).toHaveLength(2)
    }))
})
