import { loadBilledPayment } from '@sluice/database/records'
import { invoiceLetter } from '../outbound/mail/letters/invoice.ts'
import { invoicePdf } from '../outbound/pdf/invoice.ts'
import { keepDocument } from '../outbound/pdf/keep-document.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** An invoice was paid: it is kept as a document, and sent to whom it bills. */
export const sendInvoice: Effector = async (message, tools) => {
  const payment = await loadBilledPayment(tools.pool, given(message, 'paymentId'))
  if (payment?.status !== 'succeeded') return 'obsolete: the payment did not succeed'
  if (!payment.invoice) return 'the payment has no invoice'

  const document = await invoicePdf(payment, payment.invoice, tools.mail.sender)
  const pdf = await keepDocument(message, tools, document)
  const composition = invoiceLetter(payment, payment.invoice, document.number)
  return tell(message, tools, { kind: 'invoice', to: payment.email, composition, attachments: [pdf] })
}
