import { describeCases, type ExpectedEmail } from './support/describe-cases.ts'
import { expecting } from './support/expect-emails.ts'
import { about, type Body, having, later, varied } from './support/vary-case.ts'

const PAID = ['receipt']

const dispute = (change: (opened: Body) => Body[]) => varied('dispute-inquiry', (opened) => change(opened as Body))
const notice = (email: Omit<ExpectedEmail, 'kind'>): ExpectedEmail => ({ kind: 'dispute.opened', ...email })

describeCases('emails: a dispute', {
  'that takes the money': expecting(
    [notice({ subject: /^Dispute over \$20.00: respond by/, text: ['withdrawn the amount', 'Submit evidence'] })],
    dispute((opened) => [having(opened, { status: 'needs_response' })]),
  ),
  'that is lost from the start': expecting(
    [notice({ subject: 'Dispute over $20.00: lost', notText: ['Submit evidence', 'respond by'] })],
    dispute((opened) => [having(opened, { status: 'lost' })]),
  ),
  'that was an inquiry': expecting(
    [notice({ subject: /^Dispute over/ })],
    dispute((opened) => [
      opened,
      later(opened, 'charge.dispute.updated', 60, { status: 'needs_response' }),
      later(opened, 'charge.dispute.funds_withdrawn', 60, { status: 'needs_response' }),
    ]),
  ),
  'that was an inquiry, and closed': expecting(
    [],
    dispute((opened) => [opened, later(opened, 'charge.dispute.closed', 60, { status: 'warning_closed' })]),
  ),
  'that is answered already': expecting(
    [notice({ subject: 'Dispute over $20.00: under review', notText: ['Submit evidence'] })],
    dispute((opened) => [
      having(opened, { status: 'needs_response' }),
      later(opened, 'charge.dispute.updated', 60, { status: 'under_review' }),
    ]),
  ),
})

const paidBy = (change: (paid: Body) => Body[]) => varied('billing-email-vs-user-email', (paid) => change(paid as Body))
const toAll = (to: string) => PAID.map((kind) => ({ kind, to }))
const customer = (paid: Body, seconds: number) =>
  about(paid, 'customer.updated', seconds, { id: 'cus_billingemailvs1', email: 'customer@corp.example', metadata: {} })

describeCases('emails: the address of a payment', {
  "is the invoice's": expecting(
    toAll('accounts-billingemailvs1@corp.example'),
    paidBy((paid) => [paid, customer(paid, -60)]),
  ),
  "else the customer's": expecting(
    toAll('customer@corp.example'),
    // A receipt does not wait for its customer, so both arrive before it.
    { ...paidBy((paid) => [having(paid, { customer_email: null }), customer(paid, -60)]), modes: ['batch', 'single'] },
  ),
  "else the user's": expecting(
    toAll('user_billingemailvs1_a@example.com'),
    paidBy((paid) => [having(paid, { customer_email: null })]),
  ),
})
