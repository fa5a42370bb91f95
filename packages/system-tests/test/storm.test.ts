import { expect, test } from '@jest/globals'
import { createRandom, seedStream, shuffle, withStack } from '@sluice/testing'
import { asHost, calm, sendAll, unbalanced } from './support.ts'

/** Guarantees that neither duplicates nor disorder show in what is recorded, paid or booked. */
test('360 events, each three times and shuffled, are recorded and done once', () =>
  withStack({ ingests: 2, workers: 2 }, async (stack) => {
    const stream = seedStream({ events: 360, seed: 'storm' })
    await asHost(stack, stream)
    const sent = shuffle([...stream.events, ...stream.events, ...stream.events], createRandom('storm'))

    const answers = await sendAll(stack, sent)
    const byStatus = await calm(stack, 360)

    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(answers.filter(({ body }) => (body as { duplicate: boolean }).duplicate)).toHaveLength(720)
    expect(stream.events.filter(({ provider }) => provider === 'stripe')).toHaveLength(300)
    expect(byStatus).toEqual({ processed: 360 })
    expect(await unbalanced(stack)).toEqual([])
    const paid = new Set(
      stream.events
        .filter(({ type }) => type === 'invoice.paid' || type === 'invoice.payment_succeeded')
        .map(({ body }) => JSON.parse(body).data.object.id),
    )
    const payments = await stack.query<{ id: string }>(
      `SELECT payment_id AS id FROM payments WHERE status = 'succeeded' AND stripe_invoice_id IS NOT NULL`,
    )
    expect(payments.map(({ id }) => id).sort()).toEqual([...paid].sort())
    expect(await stack.query('SELECT * FROM webhook_dead_letters')).toEqual([])
  }))
