import { describeCases } from './support/describe-cases.ts'

const ONE = (kind: string, to: string) => ({ kind, to })

describeCases('emails: one for each thing that happened', {
  'first-payment-typo': [{ emails: [ONE('receipt', 'firstpaymentty1@example.com')] }],
  'checkout-card-typo-letter': [{ emails: [ONE('receipt', 'checkoutcardty1@example.com')] }],
  'reminder-after-cancel': [{ emails: [] }],
  'retry-date-by-invoice-updated': [
    {
      emails: [
        {
          kind: 'payment.failed',
          to: 'retrydatebyinv1@example.com',
          text: [/We will try again on \d+ \w+ \d{4}/],
          notText: ['All attempts', 'not try again'],
        },
      ],
    },
  ],
  'renewal-3ds': [
    { emails: [{ kind: 'payment.action_required', to: 'renewal3ds1@example.com', text: ['Confirm payment'] }] },
  ],
  'trial-upcoming-without-card': [{ emails: [{ kind: 'trial.ending', to: 'trialupcomingw1@example.com' }] }],
  'trial-default-card-on-customer': [{ emails: [] }],
  'checkout-async-failed-subscription': [{ emails: [{ kind: 'payment.failed', to: 'checkoutasyncf1@example.com' }] }],
  'trial-missing-pm-invoice': [
    {
      emails: [
        {
          kind: 'trial.ending',
          to: 'trialmissingpm1@example.com',
          text: ['we will ask you to pay its first invoice'],
          notText: ['not be charged'],
        },
      ],
    },
  ],
  'dunning-exhausted-canceled': [
    {
      emails: [
        {
          kind: 'payment.final_notice',
          to: 'dunningexhaust1@example.com',
          text: ['your subscription has ended'],
          notText: ['pay now', 'interruption'],
        },
      ],
    },
  ],
  'upcoming-but-canceling': [{ emails: [] }],
  'stale-upcoming': [{ emails: [] }],
  'dispute-inquiry': [
    {
      emails: [
        {
          kind: 'dispute.opened',
          to: 'billing@acme.example',
          subject: /^Inquiry about \$20.00: respond by/,
          text: ['No money has been taken'],
          notText: ['is lost', 'withdrawn'],
        },
      ],
    },
  ],
  'dispute-letter-after-close': [{ emails: [] }],
  'billing-email-vs-user-email': [
    {
      emails: ['payment.failed', 'receipt'].map((kind) => ONE(kind, 'accounts-billingemailvs1@corp.example')),
    },
  ],
  'upcoming-of-existing-customer': [
    {
      emails: ['receipt', 'renewal.upcoming'].map((kind) => ONE(kind, 'upcomingofexis1@example.com')),
    },
  ],
  'trial-end-of-existing-customer': [{ emails: [ONE('trial.ending', 'trialendofexis1@example.com')] }],
  'send-invoice-card-declined': [{ emails: [] }],
  'pending-update-declined': [{ emails: [] }],
})

const CONNECTED = { settings: { EMAILS_TO_CONNECTED: 'true' } }
const NONE = { settings: { EMAILS: 'none', EMAILS_TO_CONNECTED: 'true' } }
const GOES_ALONG = 'invoice: obsolete: the invoice goes along with the receipt'

describeCases('emails: with EMAILS_TO_CONNECTED, customers of a connected account get them', {
  'connect-direct-charge': [
    { emails: [ONE('receipt', 'connectdirectc1@example.com')], skipped: [GOES_ALONG] },
    CONNECTED,
  ],
})

describeCases('emails: without EMAILS_TO_CONNECTED, they say that they were not sent', {
  'connect-direct-charge': [{ emails: [], skipped: [GOES_ALONG, 'receipt: switched off'] }],
})

describeCases('emails: with EMAILS=none, they say that they were not sent', {
  'connect-direct-charge': [{ emails: [], skipped: ['invoice: switched off', 'receipt: switched off'] }, NONE],
})
