import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stripeEvent } from '@sluice/simulator'
import { type Stack, withFolder, withStack } from '@sluice/testing'
import { environmentOf, jsonOf, sluice } from './sluice.ts'

const ROWS = `SELECT (SELECT count(*)::int FROM webhook_events) AS events, (SELECT count(*)::int FROM payments) AS payments,
  (SELECT count(*)::int FROM ledger_entries) AS entries, (SELECT count(*)::int FROM subscriptions) AS subscriptions`

const send = (stack: Stack, ...args: string[]) => sluice(['send', ...args], environmentOf(stack))

describe('send', () => {
  test('shows the payment, the balanced ledger and the subscription it made; a second time changes nothing', () =>
    withStack({}, async (stack) => {
      const event = ['stripe', 'invoice.payment_succeeded', '--id', 'evt_mine']

      const first = await send(stack, ...event)
      expect(first.output).toMatch(/^evt_mine {2}200 received\n {2}processed in \d+\.\d\d s\n/)
      expect(first.output).toMatch(/payment {7}in_\w+ {2}succeeded {2}1900 usd/)
      expect(first.output).toMatch(/ledger {8}debit cash {2}1900 usd\n/)
      expect(first.output).toMatch(/ledger {8}credit revenue {2}1597 usd\n/)
      expect(first.output).toMatch(/ledger {8}credit tax {2}303 usd\n/)
      expect(first.output).toMatch(/subscription {2}sub_\w+ {2}active/)
      expect(first.exitCode).toBe(0)
      const [rows] = await stack.query(ROWS)
      expect(rows).toEqual({ events: 1, payments: 1, entries: 3, subscriptions: 1 })

      const second = await send(stack, ...event)
      expect(second.output).toMatch(/^evt_mine {2}200 duplicate\n/)
      expect(await stack.query(ROWS)).toEqual([rows])
    }))

  test('makes the user of the customer, who becomes PREMIUM, and follows the event to its e-mail', () =>
    withStack({}, async (stack) => {
      const [sent] = jsonOf(await send(stack, 'stripe', 'invoice.payment_succeeded', '--json'))
      expect(sent.became.users).toMatchObject([{ id: expect.stringMatching(/^sent_cus_/), role: 'PREMIUM' }])
      // Only where e-mail is written to files, which this environment does not tell, has the user an address.
      const receipt = { kind: 'receipt', status: 'skipped', error: 'no e-mail address' }
      expect(sent.became.effects).toContainEqual(expect.objectContaining(receipt))
    }))

  test('shows the error of an event that fails, with exit code 1', () =>
    withStack({ env: { EVENT_BACKOFF_MS: '60000' } }, (stack) =>
      withFolder(async (folder) => {
        const file = join(folder, 'event.json')
        await writeFile(file, stripeEvent('invoice.paid', { id: 7 }, { id: 'evt_bad', created: 1_700_000_000 }).body)
        const { exitCode, output } = await send(stack, 'stripe', 'invoice.paid', '--file', file)
        expect([exitCode, output]).toEqual([1, expect.stringMatching(/failed.*: invalid_object/)])
        expect(output).not.toContain('waiting')
      }),
    ))

  test('starts the prediction that it tells of, as the host would', () =>
    withStack({}, async (stack) => {
      const [sent] = jsonOf(await send(stack, 'replicate', 'prediction.failed', '--json'))
      expect(sent.became).toMatchObject({ status: 'processed', generationJobs: [{ status: 'failed' }] })
    }))

  test('sends many, each with an id of its own', () =>
    withStack({}, async (stack) => {
      const { output } = await send(stack, 'stripe', 'customer.subscription.updated', '--count', '12')
      expect(output).toBe('12 sent: 12 × 200 received; 12 × processed\n')
    }))

  test('sends the bytes of a file, under its own id or another', () =>
    withStack({}, (stack) =>
      withFolder(async (folder) => {
        const file = join(folder, 'event.json')
        await writeFile(
          file,
          stripeEvent('foo.created', { id: 'foo_1' }, { id: 'evt_file', created: 1_700_000_000 }).body,
        )

        const [own] = jsonOf(await send(stack, 'stripe', 'foo.created', '--file', file, '--json'))
        expect(own).toMatchObject({ id: 'evt_file', answer: { status: 200 }, became: { status: 'ignored' } })
        const [other] = jsonOf(await send(stack, 'stripe', 'foo.created', '--file', file, '--id', 'evt_2', '--json'))
        expect(other).toMatchObject({ id: 'evt_2', answer: { body: { duplicate: false } } })
      }),
    ))

  test('fails when ingest refuses', () =>
    withStack({ workers: 0 }, async (stack) => {
      const env = { ...environmentOf(stack), STRIPE_WEBHOOK_SECRET: 'whsec_of_somebody_else' }
      const { exitCode, output } = await sluice(['send', 'stripe', 'invoice.paid', '--id', 'evt_1'], env)
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'evt_1  400 invalid_signature\n' })
    }))
})
