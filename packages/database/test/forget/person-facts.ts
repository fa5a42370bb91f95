import type { Fact, InvoiceDetails } from '@sluice/events'
import {
  at,
  creditNote,
  customer,
  dispute,
  entitlements,
  invoiceSaid,
  payment,
  paymentMethod,
  prediction,
  reference,
  refund,
  session,
  subscription,
} from '../facts.ts'

/** The facts of events about a person, whose texts all contain `mark`. Ids end with `id`. */
export function factsOf(mark: string, id: string): Fact[] {
  const userId = `user-${mark}`
  const of = { customerId: `cus_${id}` }
  const links = [{ userId, by: 'own' as const }]
  const paid = { amount: 2_000, currency: 'usd', customerId: of.customerId, email: `${mark}@example.com` }
  return [
    customer({ ...of, contact: { email: `${mark}@example.com`, deleted: false }, links, isSubscriber: true }),
    { ...subscription(1, 'active', { links }), ...of, subscriptionId: `sub_${id}` },
    {
      ...invoiceSaid(2, {
        contents: {
          status: 'paid',
          amountDue: 2_000,
          amountPaid: 2_000,
          customerEmail: `${mark}@example.com`,
          lines: [{ description: `Work for ${mark}`, quantity: 1, amount: 2_000 }],
          details: detailsOf(mark),
        },
      }),
      ...of,
      invoiceId: `in_${id}`,
      subscriptionId: `sub_${id}`,
    },
    {
      ...payment({ amount: 2_000 }),
      paymentId: `in_${id}`,
      stripeInvoiceId: `in_${id}`,
      stripeSubscriptionId: `sub_${id}`,
      stripeCustomerId: of.customerId,
    },
    reference(`pi_${id}`, `in_${id}`, { received: paid, succeeded: true }),
    reference(`ch_${id}`, `in_${id}`, { succeeded: true }),
    refund(3, 'succeeded', { refundId: `re_${id}`, chargeId: `ch_${id}`, paymentIntentId: `pi_${id}` }),
    dispute(4, 'needs_response', { disputeId: `dp_${id}`, chargeId: `ch_${id}`, paymentIntentId: `pi_${id}` }),
    { ...creditNote(5, { contents: { memo: `For ${mark}` } }), ...of, creditNoteId: `cn_${id}`, invoiceId: `in_${id}` },
    { ...paymentMethod(6), ...of, paymentMethodId: `pm_${id}` },
    { ...entitlements(7, ['export']), ...of },
    // A guest's purchase, without a customer.
    {
      ...session(8, { contents: { paymentStatus: 'paid', customerEmail: `${mark}@example.com` } }),
      sessionId: `cs_${id}`,
    },
    reference(`pi_guest_${id}`, null, {
      session: {
        sessionId: `cs_${id}`,
        customerId: null,
        isPaid: true,
        createsInvoice: false,
        amountTotal: 1_000,
        amountTax: 0,
        currency: 'usd',
        links: [{ userId, by: 'client_reference_id' }],
      },
      received: { amount: 1_000, currency: 'usd', customerId: null, email: `${mark}@example.com` },
    }),
    ...predictionOf(mark, id),
  ]
}

/** Shown only on the document. */
const detailsOf = (mark: string): InvoiceDetails => ({
  ...{
    subtotal: null,
    total: 2_000,
    shipping: null,
    discounts: [],
    taxes: [],
    startingBalance: null,
    endingBalance: null,
  },
  ...{ credited: 0, paidOutside: 0, lineCount: 1, issuedAt: null, dueAt: null },
  description: `For ${mark}`,
  footer: `Footer for ${mark}`,
  customFields: [{ name: 'Ordered by', value: mark }],
  seller: { name: 'Acme', country: 'DE', taxIds: [] },
  buyer: { name: mark, address: null, taxIds: [{ type: 'eu_vat', value: mark }], taxExempt: null },
})

/** A prediction with a text of the person and three pictures. */
export const predictionOf = (mark: string, id: string): Fact[] => [
  prediction('succeeded', { predictionId: `pred_${id}`, output: [mark], text: mark, completedAt: at(9) }),
  {
    kind: 'output',
    predictionId: `pred_${id}`,
    files: [0, 1, 2].map((idx) => ({ pointer: `/${idx}`, idx, url: `https://replicate.delivery/${mark}/${idx}.png` })),
    final: true,
    completedAt: at(9),
  },
]

/** SQL of the host's rows. */
export const hostRowsOf = (mark: string, id: string): string =>
  `INSERT INTO users (id, email) VALUES ('user-${mark}', '${mark}@example.com');
   INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_${id}', 'user-${mark}', 'pred_${id}')`
