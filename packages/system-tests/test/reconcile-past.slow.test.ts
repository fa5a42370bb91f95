import { expect, test } from '@jest/globals'
import { invoiceObject, type SentEvent, stripeEvent } from '@sluice/simulator'
import { entryOf, SECRETS, type Stack, startProcess, withStack } from '@sluice/testing'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { allDone } from './support/stack.ts'

const HOUR = 3_600
const now = Math.floor(Date.now() / 1000)
/** When the endpoint was made. */
const MADE = now - 2 * HOUR

const paid = (name: string, created: number): SentEvent => {
  const ids = { id: `in_${name}`, customerId: `cus_${name}`, subscriptionId: `sub_${name}` }
  const invoice = invoiceObject({ ...ids, status: 'paid', amount: 2_000, created, email: `${name}@example.com` })
  return stripeEvent('invoice.paid', invoice, { id: `evt_${name}`, created, livemode: true })
}

const disputed = (name: string, created: number): SentEvent =>
  stripeEvent(
    'charge.dispute.created',
    {
      ...{ id: `dp_${name}`, object: 'dispute', charge: `ch_${name}`, payment_intent: `pi_${name}`, amount: 500 },
      ...{ currency: 'usd', status: 'needs_response', reason: 'fraudulent', livemode: true, created },
    },
    { id: `evt_dispute_${name}`, created, livemode: true },
  )

const PAST = [paid('before', MADE - 1), disputed('before', MADE - HOUR)]
const MISSED = [paid('same', MADE), paid('after', MADE + 1), disputed('after', MADE + HOUR)]
/** Three pages of the list, with the events above. */
const OTHERS = Array.from({ length: 230 }, (_, index) => {
  const created = MADE + 60 + index
  return stripeEvent(
    'customer.updated',
    { id: `cus_${index}`, object: 'customer' },
    { id: `evt_${index}`, created, livemode: true },
  )
})
const ALL = PAST.length + MISSED.length + OTHERS.length

test('what was missed gets its e-mail, and what happened before the endpoint existed gets none, ever', () =>
  withStripe((stripe) =>
    withStack({ env: stripe.env }, async (stack) => {
      const url = `${stack.ingests[0]?.url}/webhooks/stripe`
      stripe.put({ id: 'we_1', object: 'webhook_endpoint', url, enabled_events: ['*'], created: MADE })
      stripe.record([...PAST, ...MISSED, ...OTHERS])
      stripe.failWith({ status: 429, times: 1 })

      const { exitCode, output } = await reconcile(stack, '--repair')
      expect(exitCode).toBe(3)
      expect(output).toContain(`${ALL} events checked, ${ALL} of them were missed.`)
      expect(output).toContain(`${PAST.length} of them were not sent here (past)`)
      expect(stripe.paths().filter((path) => path === '/v1/events').length).toBeGreaterThanOrEqual(3)
      await allDone(stack, ALL)
      await expectRight(stack)

      // Somebody sends everything again by hand, and another repair finds nothing.
      await allDone(stack, ALL + (await sendAgain(stripe, url)))
      expect((await reconcile(stack, '--repair')).exitCode).toBe(0)
      await expectRight(stack)

      stripe.record([paid('one', now)])
      const one = await reconcile(stack, 'evt_one')
      expect(one.exitCode).toBe(3)
      expect(one.output).toMatch(/^evt_one was missed, and is recorded now \(invoice\.paid\)\.\n {2}processed in /)
      expect(one.output).toContain('payment       in_one  succeeded  2000 usd')
    }),
  ))

async function reconcile(stack: Stack, ...args: string[]) {
  const { env, directory: cwd } = stack
  const started = startProcess(entryOf('cli'), ['reconcile', ...args], { env, cwd })
  const exitCode = await started.exited
  return { exitCode, output: started.output() }
}

/** The same payments come in events of other ids too, as the second event of each payment does. */
async function sendAgain(stripe: TestStripe, url: string): Promise<number> {
  stripe.addEndpoint({ url, secret: SECRETS.stripe })
  const second = ['before', 'same', 'after'].map((name) => {
    const { type, data, created } = JSON.parse(paid(name, MADE).body)
    const succeeded = type.replace('.paid', '.payment_succeeded')
    return stripeEvent(succeeded, data.object, { id: `evt_second_${name}`, created, livemode: true })
  })
  await stripe.deliver([...PAST, ...MISSED, ...second])
  return second.length
}

async function expectRight({ query }: Stack): Promise<void> {
  expect(await query('SELECT payment_id FROM payments ORDER BY 1')).toEqual(
    ['in_after', 'in_before', 'in_same'].map((payment_id) => ({ payment_id })),
  )
  expect(
    await query(`SELECT payment_id, sum(amount)::int AS cash FROM ledger_entries
      WHERE account = 'cash' AND entry_key LIKE 'payment:%' GROUP BY 1 ORDER BY 1`),
  ).toEqual(['in_after', 'in_before', 'in_same'].map((payment_id) => ({ payment_id, cash: 2_000 })))
  expect(await query('SELECT recipient FROM notifications ORDER BY 1')).toEqual(
    ['after@example.com', 'billing@localhost', 'same@example.com'].map((recipient) => ({ recipient })),
  )
  expect(await query('SELECT DISTINCT payment_id FROM documents ORDER BY 1')).toEqual(
    ['in_after', 'in_same'].map((payment_id) => ({ payment_id })),
  )
  const past = await query(`SELECT effect_key FROM outbox_messages WHERE error LIKE 'past%' ORDER BY 1`)
  expect(past).toEqual(
    ['dispute:dp_before', 'invoice:in_before', 'receipt:in_before'].map((effect_key) => ({ effect_key })),
  )
}
