import { formatCountry } from '@sluice/emails'
import type { Buyer, PostalAddress } from '@sluice/events'
import type { DocumentBrand } from './brand.ts'
import type { Party } from './page-content.ts'
import type { Words } from './words.ts'

export interface Seller {
  name: string | null
  taxIds: string[]
}

/** The sender of documents, with its tax ids and those that the invoice has whole. */
export function sellerParty(brand: DocumentBrand, seller: Seller | null, { labels }: Words): Party {
  const taxIds = [...new Set([...brand.taxIds, ...(seller?.taxIds ?? [])])]
  return {
    title: labels.from,
    name: brand.name,
    lines: [
      ...brand.address,
      ...(brand.support === brand.name ? [] : [brand.support]),
      ...taxIds.map((id) => labelledTaxId({ type: null, value: id }, labels.vatId)),
    ],
  }
}

export function buyerParty(buyer: Buyer | null, email: string | null, words: Words): Party {
  const lines = [
    ...addressLines(buyer?.address ?? null, words),
    ...(email ? [email] : []),
    ...(buyer?.taxIds ?? []).map((id) => labelledTaxId(id, words.labels.vatId)),
  ]
  return { title: words.labels.billTo, name: buyer?.name ?? null, lines }
}

/** `VAT ID DE123456789`; another kind of number is named by its country and its usual letters: `US EIN 12-3456789`. */
const labelledTaxId = ({ type, value }: { type: string | null; value: string }, vatId: string): string =>
  `${!type || type.endsWith('_vat') ? vatId : type.replaceAll('_', ' ').toUpperCase()} ${value}`

const CITY_STATE_CODE = new Set(['US', 'CA', 'AU'])
const CITY_FIRST = new Set(['GB', 'IE', 'IN', 'NZ', 'SG', 'HK', 'TW', 'CN', 'KR', 'BR'])

/** An address in the order that letters to its country have. */
function addressLines(address: PostalAddress | null, { language }: Words): string[] {
  if (!address) return []
  const { line1, line2, city, state, postalCode, country } = address
  const code = country?.toUpperCase() ?? ''
  const place = placeLines(code, { city, state, postalCode })
  const street = [line1, line2]
  const lines = code === 'JP' ? [...place, ...street] : [...street, ...place]
  return [...lines, country && formatCountry(country, language)].flatMap((line) => line || [])
}

type Place = Pick<PostalAddress, 'city' | 'state' | 'postalCode'>

function placeLines(country: string, { city, state, postalCode }: Place): string[] {
  const join = (parts: (string | null)[], separator: string) => parts.filter(Boolean).join(separator)
  if (country === 'JP') return [postalCode ? `〒${postalCode}` : '', join([state, city], '')]
  if (CITY_STATE_CODE.has(country)) return [join([city, join([state, postalCode], ' ')], ', ')]
  if (CITY_FIRST.has(country)) return [join([city, state], ', '), postalCode ?? '']
  return [join([postalCode, city], ' '), state ?? '']
}
