import type { InvoiceBody } from './invoice-body.ts'

/** The latest end of a period among the lines that charge for a subscription, else among all that charge. */
export function billedUntil({ lines }: InvoiceBody): Date | null {
  const charged = (lines?.data ?? []).filter(({ amount }) => amount >= 0)
  const own = charged.filter(({ parent, type, proration }) =>
    parent ? parent.type === 'subscription_item_details' : type === 'subscription' || proration === true,
  )
  const ends = (own.length > 0 ? own : charged).flatMap(({ period }) => period?.end?.getTime() ?? [])
  return ends.length > 0 ? new Date(Math.max(...ends)) : null
}
