import { expect, test } from '@jest/globals'
import { applyRetention } from '@sluice/database/inbox'
import { connect } from '@sluice/database/pool'
import { subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type ReceivedMail, withSmtp } from '@sluice/testing/stand-ins'
import pg from 'pg'
import { extractText, getDocumentProxy } from 'unpdf'
import { runCommand, startCommand, withBrokenWorker } from './support/broken-worker.ts'
import { allDone, sendAll, statuses } from './support/stack.ts'

/** More events than a replay opens in one statement. */
const OTHERS = 600

const BUYERS = ['ada', 'bob', 'eve']

const events = BUYERS.flatMap((name) =>
  subscriptionLifecycle({
    seed: `resend ${name}`,
    email: `${name}@customer.example`,
    steps: ['customer_created', 'created', 'finalized', 'activated', 'paid', 'payment_succeeded'],
  }),
)

const RESEND = ['replay', '--since', '1h', '--resend', 'receipt'] as const

/** Guarantees that an e-mail that said something wrong is found, and sent again on request, once, and no other. */
test('receipts of a broken handler are listed, and sent again once, also if the command is killed and run again, and after retention', () =>
  withSmtp((smtp) =>
    withStack(
      { workers: 0, env: { SMTP_URL: smtp.url, SWEEP_INTERVAL_MS: '200', INVOICE_DOCUMENT: 'separate' } },
      async (stack) => {
        await sendAll(stack, events)
        await withBrokenWorker(stack, 'amounts times 100', () => allDone(stack, events.length))
        const wrong = [...smtp.mails]
        expect(wrong.filter(isReceipt).map(({ to }) => to)).toHaveLength(BUYERS.length)
        expect(wrong).toHaveLength(2 * BUYERS.length)
        for (const mail of wrong.filter(isReceipt)) expect(await totalsOf(mail)).toEqual(['$1,900.00'])

        const preview = JSON.parse((await runCommand(stack, 'replay', '--since', '1h', '--dry-run', '--json')).output)
        const receipts = await stack.query<{ key: string }>(
          `SELECT effect_key AS key FROM outbox_messages WHERE kind = 'receipt' ORDER BY 1`,
        )
        expect(preview.sent.filter(({ kind }: { kind: string }) => kind === 'receipt')).toEqual(
          receipts.map(({ key }) => ({ kind: 'receipt', key, reason: 'changed' })),
        )

        await addIgnoredEvents(stack)
        await stack.start('worker')
        await killHalfWay(stack)
        await runCommand(stack, ...RESEND)
        await allDone(stack, events.length + OTHERS)
        const again = smtp.mails.slice(wrong.length)
        expect(again.map(({ to }) => to).sort()).toEqual(BUYERS.map((name) => `${name}@customer.example`))
        for (const mail of again) expect([isReceipt(mail), ...(await totalsOf(mail))]).toEqual([true, '$19.00'])
        expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(smtp.mails.length)

        await runCommand(stack, 'replay', '--since', '1h')
        await allDone(stack, events.length + OTHERS)
        expect(smtp.mails).toHaveLength(wrong.length + BUYERS.length)
        expect(await stack.query('SELECT kind, payment_id FROM documents ORDER BY 1, 2')).toHaveLength(
          2 * BUYERS.length,
        )

        await deleteOldEffects(stack)
        await runCommand(stack, ...RESEND)
        await allDone(stack, events.length + OTHERS)
        const later = smtp.mails.slice(wrong.length + BUYERS.length)
        expect(later.map((mail) => [mail.to, isReceipt(mail)]).sort()).toEqual(
          BUYERS.map((name) => [`${name}@customer.example`, true]),
        )
      },
    ),
  ))

/** Retention deletes all effects, and keeps the events, because they were replayed since. */
async function deleteOldEffects(stack: Stack): Promise<void> {
  await stack.query(`UPDATE outbox_messages SET done_at = now() - '99 days'::interval`)
  const owner = connect(stack.postgres.url)
  try {
    expect(await applyRetention(owner, { eventDays: 30, bodyDays: 30 })).toBe(0)
  } finally {
    await owner.end()
  }
  expect(await stack.query('SELECT effect_key FROM outbox_messages')).toEqual([])
}

const isReceipt = ({ attachments }: ReceivedMail): boolean =>
  attachments.some(({ filename }) => filename.startsWith('receipt-'))

/** The sums in its text, its HTML and its document, each once. */
async function totalsOf({ text, html, attachments }: ReceivedMail): Promise<string[]> {
  const documents = attachments.map(async ({ content }) => {
    const pdf = await getDocumentProxy(new Uint8Array(content))
    return (await extractText(pdf, { mergePages: true })).text
  })
  const parts = [text, html, ...(await Promise.all(documents))]
  return [...new Set(parts.map(largestAmountIn))]
}

const largestAmountIn = (text: string): string =>
  (text.match(/\$[\d,]+\.\d\d/g) ?? []).reduce((one, other) => (centsOf(one) > centsOf(other) ? one : other), '')

const centsOf = (amount: string): number => Number(amount.replace(/\D/g, ''))

const addIgnoredEvents = (stack: Stack) =>
  stack.query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key, livemode, status, error, processed_at, raw_body)
      SELECT 'stripe', 'evt_other_' || n, 'other.type', 'other_' || n, false, 'ignored', 'no handler for this type', now(),
        convert_to(jsonb_build_object('id', 'evt_other_' || n, 'object', 'event', 'type', 'other.type', 'created', 1,
          'livemode', false, 'data', '{"object": {"id": "o", "object": "o"}}'::jsonb)::text, 'UTF8')
      FROM generate_series(1, ${OTHERS}) AS n`,
  )

/** Kills the command while it waits for the last of the events, once workers have done all that it opened. */
async function killHalfWay(stack: Stack): Promise<void> {
  const holder = new pg.Client({ connectionString: stack.postgres.url })
  await holder.connect()
  try {
    await holder.query(`BEGIN; SELECT id FROM webhook_events WHERE event_id = 'evt_other_${OTHERS}' FOR UPDATE`)
    const command = startCommand(stack, ...RESEND)
    await eventually(async () => {
      const waiting = await stack.query(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'sluice-cli' AND wait_event_type = 'Lock'`,
      )
      if (waiting.length === 0) throw new Error(`the command does not wait: ${command.output()}`)
    }, 30_000)
    await noneIsReceived(stack)
    await command.kill('SIGKILL')
    await holder.query('ROLLBACK')
  } finally {
    await holder.end()
  }
}

const noneIsReceived = (stack: Stack) =>
  eventually(async () => expect(await statuses(stack)).not.toHaveProperty('received'), 60_000)
