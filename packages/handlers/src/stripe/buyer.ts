import type { Buyer, PostalAddress } from '@sluice/events'
import { z } from 'zod'
import { Address, TaxIds } from './invoice-details-body.ts'
import { shown } from './object.ts'

/** The buyer in the fields of a customer and of `customer_details` of a Checkout session. */
export const BuyerBody = z.object({
  name: shown(z.string()),
  address: Address,
  tax_ids: TaxIds,
  tax_exempt: shown(z.string()),
})

export const buyerOf = (body: Partial<z.output<typeof BuyerBody>>): Buyer => ({
  name: body.name ?? null,
  address: addressOf(body.address),
  taxIds: (body.tax_ids ?? []).flatMap(({ type, value }) => (value ? { type: type ?? null, value } : [])),
  taxExempt: body.tax_exempt ?? null,
})

function addressOf(address: z.output<typeof Address>): PostalAddress | null {
  if (!address) return null
  const { line1, line2, city, state, postal_code, country } = address
  return {
    line1: line1 ?? null,
    line2: line2 ?? null,
    city: city ?? null,
    state: state ?? null,
    postalCode: postal_code ?? null,
    country: country ?? null,
  }
}
