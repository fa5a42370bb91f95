import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { parseJson } from './json.ts'
import { canonicalTag, languageOf } from './languages.ts'

const https = z.url({ protocol: /^https$/, error: 'must be an address, https://…' })
const line = z.string({ error: 'must be text' }).min(1, 'must not be empty')
const lines = z.array(line, { error: 'must be a list of lines' })

/** The form of `BRAND_FILE`. Every field may be left out. */
export const BrandFile = z.strictObject({
  /** The sender as customers know it; default: the name in `MAIL_FROM`. */
  company: line.optional(),
  /** Postal address. */
  address: lines.default([]),
  taxIds: lines.default([]),
  /** An https address, or a PNG or JPEG file beside the brand file, which is sent along with each e-mail. */
  logo: line.optional(),
  /** Color of buttons and headings: `#1d4ed8`. */
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a color, #1d4ed8')
    .default('#1d4ed8'),
  /** The address that replies go to; default: the sender. */
  support: z.email('must be an e-mail address').optional(),
  links: z.strictObject({ account: https.optional(), portal: https.optional() }).default({}),
  /** Printed below the address, such as the register number. */
  footer: line.optional(),
  /** The language for customers whose own is not known or not one of ours. */
  language: z
    .string()
    .refine((tag) => languageOf(tag) !== undefined, 'must be one of en, de, fr, es, pt, ja')
    .transform((tag) => canonicalTag(tag) ?? 'en')
    .default('en'),
})

export interface Brand extends Omit<z.output<typeof BrandFile>, 'logo'> {
  logo?: Logo | undefined
}

export type Logo = { url: string } | { filename: string; contentType: string; content: Buffer }

/** A sender without a brand file. */
export const PLAIN_BRAND: Brand = BrandFile.omit({ logo: true }).parse({})

/** @throws {Error} whose message names the file, the field, and its expected value. */
export function readBrand(path: string): Brand {
  const name = basename(path)
  const { logo, ...brand } = parseJson(path, BrandFile)
  if (logo === undefined || /^https:/.test(logo)) return { ...brand, logo: logo === undefined ? logo : { url: logo } }
  return { ...brand, logo: readLogo(resolve(dirname(path), logo), name) }
}

function readLogo(path: string, brandFile: string): Logo {
  const problem = `${brandFile}: logo must be an https address, or a PNG or JPEG file beside it`
  let content: Buffer
  try {
    content = readFileSync(path)
  } catch {
    throw new Error(`${problem}; ${path} cannot be read`)
  }
  const contentType = content.subarray(1, 4).toString() === 'PNG' ? 'image/png' : jpegType(content)
  if (contentType === undefined) throw new Error(problem)
  return { filename: basename(path), contentType, content }
}

const jpegType = (content: Buffer) => (content.subarray(0, 2).toString('hex') === 'ffd8' ? 'image/jpeg' : undefined)
