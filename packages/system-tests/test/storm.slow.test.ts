import { expect, test } from '@jest/globals'
import { seedStream, shuffle } from '@sluice/simulator'
import { type Stack, withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll, unbalancedEntries } from './support/stack.ts'

/** Guarantees that neither duplicates nor disorder show in what is recorded, paid or booked. */
test('360 events, each sent three times and shuffled, are recorded once and handled once', () =>
  withStack({ ingests: 2, workers: 2 }, async (stack) => {
    const stream = seedStream({ events: 360, seed: 'storm' })
    await addHostRows(stack, stream)
    const sent = shuffle([...stream.events, ...stream.events, ...stream.events], 'storm')

    // Few at a time: when the inbox does not answer in time on a slow machine, duplicates are not detected.
    const answers = await sendAll(stack, sent, 8)
    const byStatus = await allDone(stack, 360)

    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(answers.filter(({ body }) => (body as { duplicate: boolean }).duplicate)).toHaveLength(720)
    expect(stream.events.filter(({ provider }) => provider === 'stripe')).toHaveLength(300)
    expect(byStatus).toEqual({ processed: 360 })
    expect(await unbalancedEntries(stack)).toEqual([])
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
    const [recorded] = await stack.query<{ count: number }>(
      `SELECT count(*)::int FROM payments WHERE status = 'succeeded'`,
    )
    expect(await countedPayments(stack)).toBe(recorded?.count)
  }))

/** The sums over the metrics of all workers. */
async function countedPayments({ workers }: Stack): Promise<number> {
  const texts = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()))
  const counts = texts.map((text) =>
    Number(/^webhook_payments_total\{status="succeeded"\} (\d+)/m.exec(text)?.[1] ?? 0),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
