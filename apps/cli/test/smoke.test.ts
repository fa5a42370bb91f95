import { expect, test } from '@jest/globals'
import { withStack } from '@sluice/testing'
import { environmentOf, sluice } from './sluice.ts'

const LEFT = `SELECT (SELECT count(*)::int FROM webhook_events) + (SELECT count(*)::int FROM payments)
  + (SELECT count(*)::int FROM ledger_entries) + (SELECT count(*)::int FROM subscriptions)
  + (SELECT count(*)::int FROM customers) + (SELECT count(*)::int FROM generation_jobs)
  + (SELECT count(*)::int FROM outbox_messages) + (SELECT count(*)::int FROM invoices) AS rows`

test('smoke ticks every line against a running deployment, and leaves no row', () =>
  withStack({}, async (stack) => {
    const { exitCode, output } = await sluice(['smoke'], environmentOf(stack))

    expect(output.trim().split('\n')).toEqual([
      '✓ a signed event is processed',
      '✓ the same one again is told as duplicate and changes nothing',
      '✓ a forged one is refused and not recorded',
      '✓ a failed prediction can be replayed',
      '✓ a succeeded prediction can be replayed',
    ])
    expect(exitCode).toBe(0)
    expect(await stack.query(LEFT)).toEqual([{ rows: 0 }])
  }))

test('smoke says what does not hold', () =>
  withStack({ workers: 0 }, async (stack) => {
    const secret = 'whsec_b2Ygc29tZWJvZHkgZWxzZSBlbnRpcmVseQ=='
    const env = { ...environmentOf(stack), STRIPE_WEBHOOK_SECRET: secret, REPLICATE_WEBHOOK_SECRET: secret }
    const { exitCode, output } = await sluice(['smoke'], env)
    expect(output).toContain('✗ a signed event is processed: ingest answered 400 invalid_signature instead of 200')
    expect(exitCode).toBe(1)
  }))
