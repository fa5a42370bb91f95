import type { Language } from '@sluice/emails'
import type { DocumentBrand } from './brand.ts'
import type { Table } from './table.ts'
import type { Total } from './totals.ts'

/** Seller or buyer. */
export interface Party {
  title: string
  name: string | null
  lines: string[]
}

export interface Page {
  language: Language
  /** Language of the reader, for Chinese characters. */
  locale: string
  title: string
  number: string
  /** Date of the document, also in the file's metadata. */
  date: Date
  brand: DocumentBrand
  facts: [string, string][]
  parties: Party[]
  /** Summary in one sentence. */
  headline: string
  memo: string | null
  table: Table
  totals: Total[]
  /** Below the totals. */
  notes: string[]
  isTest: boolean
}
