import { type CheckoutLinesFact, type Handler, processed, type SoldLine, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { creditTermsOf } from './credit-terms.ts'
import { amount, dataOf, originOf, shown } from './object.ts'

const Line = z.object({
  price: z.object({ id: z.string().min(1), metadata: z.unknown().optional() }).nullish(),
  quantity: shown(z.int()),
  amount_subtotal: amount.nullish(),
  amount_total: amount,
})

const LineItems = z.object({ data: z.array(Line), has_more: z.boolean().nullish() })

/** The list that a session contains where it was expanded; a list that is not whole is read as null. */
export const lineItems = shown(LineItems.refine(({ has_more }) => !has_more))

/** The prices that a session sold, if they are known. */
export const linesFact = (
  { id, line_items }: { id: string; line_items?: z.output<typeof lineItems> },
  origin: StripeFact,
): CheckoutLinesFact[] =>
  line_items ? [{ kind: 'checkoutLines', sessionId: id, lines: line_items.data.flatMap(soldLine), ...origin }] : []

function soldLine({ price, quantity, amount_subtotal, amount_total }: z.output<typeof Line>): SoldLine[] {
  if (!price) return []
  const creditTerms = creditTermsOf(price.metadata)
  const amount = amount_subtotal ?? amount_total
  return [{ priceId: price.id, quantity: quantity ?? null, amount, ...(creditTerms && { creditTerms }) }]
}

const Body = z.object({ id: z.string().min(1), line_items: LineItems })

/**
 * The line items of a completed Checkout session, which a worker fetched because webhooks come without them.
 *
 * https://docs.stripe.com/api/checkout/sessions/line_items
 */
export const onCheckoutLines: Handler = (event) =>
  processed(linesFact(read(Body, dataOf(event).object, 'checkout line items'), originOf(event)))
