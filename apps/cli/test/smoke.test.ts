import { expect, test } from '@jest/globals'
import { withStack } from '@sluice/testing'
import { filledTables } from './filled-tables.ts'
import { environmentOf, sluice } from './sluice.ts'

test('smoke ticks every line against a running deployment, and leaves no row', () =>
  withStack({}, async (stack) => {
    const { exitCode, output } = await sluice(['smoke'], environmentOf(stack))

    expect(output.trim().split('\n')).toEqual([
      '✓ a signed event is processed',
      '✓ the same event again is answered as a duplicate and changes nothing',
      '✓ a forged event is refused and not recorded',
      '✓ a failed prediction can be replayed',
      '✓ a succeeded prediction can be replayed',
    ])
    expect(exitCode).toBe(0)
    expect(await filledTables(stack)).toEqual([])
  }))

test('smoke says what does not hold', () =>
  withStack({ workers: 0 }, async (stack) => {
    const secret = 'whsec_b2Ygc29tZWJvZHkgZWxzZSBlbnRpcmVseQ=='
    const env = { ...environmentOf(stack), STRIPE_WEBHOOK_SECRET: secret, REPLICATE_WEBHOOK_SECRET: secret }
    const { exitCode, output } = await sluice(['smoke'], env)
    expect(output).toContain('✗ a signed event is processed: ingest answered 400 invalid_signature instead of 200')
    expect(exitCode).toBe(1)
  }))
