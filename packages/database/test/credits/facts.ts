import type {
  CheckoutLinesFact,
  CreditTerms,
  InvoiceLine,
  PaymentReferenceFact,
  ReceivedMoney,
  SoldLine,
} from '@sluice/events'
import { followCatalogue, linkChangedUsers } from '../../src/commit/index.ts'
import { checkLedger, type Finding } from '../../src/ledger/index.ts'
import { at, customer, invoiceSaid, payment, price, reference, refund, session } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** A customer of `user_1`, a price that grants 100 credits, and a paid invoice with it. */
export const LINK = customer({ links: [{ userId: 'user_1', by: 'own' }] })
export const terms = (credits: number, more = {}) => ({ credits, trialCredits: 0, expires: null, ...more })
export const OFFER = price(0, { creditOffer: { terms: terms(100) } })
export const line = (fields: Partial<InvoiceLine> = {}): InvoiceLine => ({
  ...{ description: 'Credits', quantity: 1, amount: 1_000, priceId: 'price_1' },
  ...fields,
})
export const bill = (lines = [line()], invoiceId = 'in_1') =>
  invoiceSaid(2, { invoiceId, contents: { status: 'paid', lines, amountDue: 1_000, amountPaid: 1_000 } })
export const PAID = payment({ occurredAt: at(2) })
export const PI = reference('pi_1', 'in_1', { succeeded: true })
export const back = (status: string, amount: number, refundId = 're_1', second = 5) =>
  refund(second, status, { amount, refundId })

/** Line items of the session `cs_1`. */
export const sold = (second: number, ...lines: Partial<SoldLine>[]): CheckoutLinesFact => ({
  ...{ account: null, livemode: false, occurredAt: at(second), kind: 'checkoutLines', sessionId: 'cs_1' },
  lines: lines.map((fields) => ({ priceId: 'price_1', quantity: 1, amount: 1_000, ...fields })),
})

/** A session that the intent `pi_1` paid. */
export const CHECKOUT = [
  session(2, { customerId: 'cus_1', contents: { paymentStatus: 'paid' } }),
  reference('pi_1', null, {
    succeeded: true,
    session: {
      ...{ sessionId: 'cs_1', customerId: 'cus_1', isPaid: true, createsInvoice: false },
      ...{ amountTotal: 1_000, amountTax: 0, currency: 'usd' },
    },
    occurredAt: at(2),
  }),
]

const NOBODY = { name: null, address: null, taxIds: [], taxExempt: null }
export const DETAILS = { subtotal: null, discount: 0, shipping: 0, tax: 0, buyer: NOBODY, conversion: null }

/** The same, whose session names its intent, as events do. */
export const LATE = CHECKOUT.map((fact) =>
  fact.kind === 'checkoutSession'
    ? { ...fact, contents: { ...fact.contents, details: { ...DETAILS, paymentIntentId: 'pi_1' } } }
    : fact,
)

/** An intent of its own, whose metadata names credits. */
export const intent = (creditTerms: CreditTerms, fields: Partial<ReceivedMoney> = {}): PaymentReferenceFact =>
  reference('pi_1', null, {
    succeeded: true,
    received: { amount: 1_000, currency: 'usd', customerId: 'cus_1', ...fields },
    creditTerms,
    occurredAt: at(2),
  })
export const BOOKED = reference('pi_1', null, { bookedAs: 'pi_1' })

export const withUser = (use: (worker: TestWorker) => Promise<void>) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1'), ('user_2')`)
    await use(worker)
  })

export const one = async ({ query }: TestWorker, expression: string, values: unknown[] = []) =>
  (await query(`SELECT ${expression} AS one`, values))[0]?.['one']

export const balance = async (worker: TestWorker, user = 'user_1') => Number(await one(worker, 'credits($1)', [user]))

export const reserve = (worker: TestWorker, amount: number, job = 'job_1') =>
  one(worker, `sluice_reserve_credits('user_1', $1, $2)`, [amount, job])

/** Does what the schedules of a worker do. */
export async function settle({ pool }: TestWorker): Promise<void> {
  while ((await followCatalogue(pool)) > 0);
  while ((await linkChangedUsers(pool)) > 0);
}

export async function findings({ pool }: TestWorker): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const page of checkLedger(pool)) found.push(...page.findings)
  return found
}
