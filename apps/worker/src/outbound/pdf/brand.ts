import type { Brand } from '@sluice/emails'
import type { Sender } from '../mail/address.ts'
import { soundLogo } from './sound-logo.ts'

/** The seller as a document names it. */
export interface DocumentBrand {
  name: string
  /** Lines of the postal address. */
  address: string[]
  /** As printed: `DE123456789`. */
  taxIds: string[]
  /** A PNG or JPEG image. */
  logo: Buffer | null
  /** `#1d4ed8`; null: that of the text. */
  color: string | null
  /** E-mail address for questions. */
  support: string
  footer: string | null
  /** Tag of the language for readers of other languages. */
  language: string
}

/** The brand of the platform. A logo elsewhere on the web is for e-mail alone. */
export const brandOf = (sender: Sender, brand: Brand): DocumentBrand => ({
  name: brand.company ?? sender.name,
  address: brand.address,
  taxIds: brand.taxIds,
  logo: brand.logo && 'content' in brand.logo ? soundLogo(brand.logo.content) : null,
  color: brand.color,
  support: brand.support ?? sender.address,
  footer: brand.footer ?? null,
  language: brand.language,
})

/** A connected account sells in its own name, so the platform's address, tax ids and logo are not its. */
export const brandOfConnected = (brand: DocumentBrand, sellerName: string | null): DocumentBrand => ({
  ...brand,
  name: sellerName ?? brand.name,
  address: [],
  taxIds: [],
  logo: null,
  color: null,
  footer: null,
})
