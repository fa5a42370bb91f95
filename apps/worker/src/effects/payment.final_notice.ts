import { type BilledInvoice, loadOwedInvoice, type OwedInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import { z } from 'zod'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { awaitsConfirmation, hasEndedUnpaid, reasonNotToCollect, wasAttemptedSince } from './shared/collection.ts'
import { amountOwed, invoiceDetails } from './shared/open-invoice.ts'

/**
 * A payment failed and Stripe will not retry it: the customer must pay to keep the service, or reads that the
 * subscription has ended.
 */
export const paymentFinalNotice = defineEffect('payment.final_notice', {
  payload: { invoiceId: id, attempt: z.int() },
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const invoice = await loadOwedInvoice(tools.pool, invoiceId)
    if (!invoice) return skip('missing', 'the invoice is not known')
    const obstacle = hasEndedUnpaid(invoice) ? null : reasonNotToSend(invoice)
    if (obstacle) return obstacle
    if (wasAttemptedSince(attempt, invoice)) return skip('obsolete', 'there was a later attempt')
    return sendEmail(message, tools, paymentFinalNoticeEmail(invoice, variantOf(invoice)), {
      to: invoice.email,
      locales: invoice.locales,
    })
  },
})

function reasonNotToSend(invoice: OwedInvoice): Skip | null {
  const reason = reasonNotToCollect(invoice)
  if (reason) return reason
  if (awaitsConfirmation(invoice)) return skip('obsolete', 'the customer is asked to confirm the payment')
  return invoice.nextPaymentAttempt === null ? null : skip('obsolete', 'another attempt is planned')
}

/** Without a subscription there is no service to interrupt. One that is unpaid gives none any more. */
function variantOf(invoice: OwedInvoice): Variant {
  if (hasEndedUnpaid(invoice)) return 'ended'
  if (invoice.subscriptionId === null) return 'oneOff'
  return ['unpaid', 'paused'].includes(invoice.subscription?.status ?? '') ? 'unpaid' : undefined
}

type Variant = Draft<'payment.final_notice'>['variant']

export function paymentFinalNoticeEmail(invoice: BilledInvoice, variant?: Variant): Draft<'payment.final_notice'> {
  const values = { amount: amountOwed(invoice) }
  const common = { kind: 'payment.final_notice' as const, values, isTest: invoice.livemode === false }
  if (variant === 'ended') return { ...common, variant, details: { invoice: invoice.number } }
  return {
    ...common,
    ...(variant && { variant }),
    details: invoiceDetails(invoice),
    link: invoice.hostedInvoiceUrl,
  }
}
