import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Language } from './languages.ts'

/** The text of an e-mail, apart from its details. Placeholders are `{name}`. */
export const Wording = z.strictObject({
  subject: z.string().min(1),
  title: z.string().min(1),
  paragraphs: z.array(z.string().min(1)).min(1),
  /** The label of the button. */
  button: z.string().min(1).optional(),
})

/** The form of `<kind>.<language>.json`. A variant replaces some of the wording in a certain state. */
export const EmailTexts = z.strictObject({
  ...Wording.shape,
  /** A label per detail. */
  details: z.record(z.string(), z.string().min(1)).default({}),
  variants: z.record(z.string(), Wording.partial()).default({}),
})

/** Texts that all e-mails share: `common.<language>.json`. */
export const CommonTexts = z.strictObject({
  /** Why a customer receives the e-mail. */
  footer: z.string().min(1),
  /** Where questions go: by an answer to the e-mail, or to the support address. */
  reply: z.string().min(1),
  support: z.string().includes('{address}'),
  /** Labels of the links to the customer's account and billing portal. */
  account: z.string().min(1),
  portal: z.string().min(1),
  /** Marks the subject and the top of an e-mail about sandbox data. */
  testSubject: z.string().includes('{subject}'),
  testNote: z.string().min(1),
  /** Between the name and the value of a detail in plain text. */
  colon: z.string().min(1),
})

export type Wording = z.output<typeof Wording>
export type EmailTexts = z.output<typeof EmailTexts>
export type CommonTexts = z.output<typeof CommonTexts>

/**
 * Reads `<name>.<language>.json` in a folder, each file once.
 *
 * @throws {z.ZodError} for a file that does not match the schema.
 */
export function createTexts<T>(folder: URL, schema: z.ZodType<T>): (name: string, language: Language) => T {
  const read = new Map<string, T>()
  return (name, language) => {
    const file = `${name}.${language}.json`
    const texts = read.get(file) ?? schema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
    read.set(file, texts)
    return texts
  }
}

const FOLDER = new URL('../texts/', import.meta.url)

/** The built-in texts of a kind of e-mail. */
export const textsOf = createTexts(FOLDER, EmailTexts)

const commonTexts = createTexts(FOLDER, CommonTexts)
export const commonTextsOf = (language: Language): CommonTexts => commonTexts('common', language)

/** Replaces each `{name}` by its value. @throws {Error} for a placeholder without a value. */
export const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`The placeholder {${name}} has no value`)
    return value
  })

/** The names of the placeholders in a text. */
export const placeholdersIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
