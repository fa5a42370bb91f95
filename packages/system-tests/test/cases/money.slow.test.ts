import { describeCases } from './support/describe-cases.ts'

/** A receipt, and the invoice where there is one. */
const receipt = { kind: 'receipt' }

describeCases('money: the ledger is what was paid', {
  'tax-exclusive-discount': [{ events: ['processed'], ledger: { cash: 1904, revenue: -1600, tax: -304 } }],
  'tax-inclusive-discount': [{ ledger: { cash: 1904, revenue: -1600, tax: -304 } }],
  'balance-pays-part': [{ ledger: { cash: 1500, revenue: -1500 } }],
  'partial-payment-refunded': [
    {
      ledger: { revenue: -4000, refunds: 4000 },
      payments: [{ payment_id: 'in_partialpayment1_1', status: 'succeeded', amount: 4000 }],
    },
  ],
  'payment-intent-only': [
    {
      ledger: { cash: 1500, revenue: -2000, refunds: 500 },
      payments: [
        {
          ...{ payment_id: 'pi_paymentintento1', status: 'succeeded', amount: 2000 },
          ...{ stripe_customer_id: 'cus_paymentintento1', user_id: 'user_paymentintento1_a' },
        },
      ],
      emails: [receipt],
    },
  ],
  'manual-capture-checkout': [
    {
      ledger: { cash: 2000, revenue: -2000 },
      payments: [{ payment_id: 'cs_live_manualcapturec1', status: 'succeeded', amount: 2000 }],
      emails: [receipt],
    },
  ],
  'invoice-creation-null': [
    {
      ledger: { cash: 2000, revenue: -2000 },
      payments: [{ payment_id: 'in_invoicecreatio1_1', status: 'succeeded', amount: 2000 }],
    },
  ],
  'out-of-band-zero': [
    {
      ledger: { external: 4400, revenue: -4400 },
      payments: [{ payment_id: 'in_outofbandzero1_1', status: 'succeeded', amount: 4400 }],
    },
  ],
  'credit-note-full-prepayment': [{ ledger: {} }],
  'connect-direct-charge': [{ ledger: { cash: 2000, revenue: -2000 } }],
  'adaptive-pricing': [{ ledger: { cash: 1000, revenue: -1000 } }],
})
