import { loadBilledPayment } from '@sluice/database/records'
import { receiptLetter } from '../outbound/mail/letters/receipt.ts'
import { keepDocument } from '../outbound/pdf/keep-document.ts'
import { receiptPdf } from '../outbound/pdf/receipt.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A payment arrived: its receipt is kept, and sent to whoever paid. */
export const sendReceipt: Effector = async (message, tools) => {
  const payment = await loadBilledPayment(tools.pool, given(message, 'paymentId'))
  if (payment?.status !== 'succeeded') return 'obsolete: the payment did not succeed'

  const document = await receiptPdf(payment, tools.mail.sender)
  const pdf = await keepDocument(message, tools, document)
  const composition = receiptLetter(payment, document.number)
  return tell(message, tools, { kind: 'receipt', to: payment.email, composition, attachments: [pdf] })
}
