import { cutText } from './cut-text.ts'
import type { Draft } from './draft.ts'
import type { EmailContent } from './email-content.ts'
import { formatValue, type Value } from './format.ts'
import { kindOf } from './kinds.ts'
import { type Language, languageOf } from './languages.ts'
import { commonTextsOf, type EmailTexts, fill, textsOf, type Wording } from './texts.ts'

/** Own texts by file name without `.json`: `receipt.de-AT`, `receipt.de`, `receipt`. */
export type Templates = ReadonlyMap<string, Partial<EmailTexts>>

export const NO_TEMPLATES: Templates = new Map()

/** In UTF-16 units: more than any real name, reason or number, and little enough for every client and chat service. */
const VALUE_MAX = 500
/** Servers may refuse longer header lines (RFC 5322, 2.1.1: 998 bytes). */
const SUBJECT_MAX = 250
/** Longer links do not open in every client. */
const LINK_MAX = 2_048

/** Footer of every e-mail to the staff. */
const STAFF_FOOTER = 'Sluice sent this message automatically to the sender address of your billing e-mails.'

/**
 * Writes an e-mail in a language: the own texts of the tag, of its language and of no language come before the built-in
 * ones.
 *
 * @param tag a tag of one of our languages, such as `de-AT`
 */
export function writeEmail(draft: Draft, tag: string, templates: Templates): EmailContent {
  const { readers } = kindOf(draft.kind)
  const language = readers === 'staff' ? 'en' : (languageOf(tag) ?? 'en')
  const common = commonTextsOf(language)
  const sources = sourcesOf(draft.kind, tag, language, templates)
  const values = formatted(draft.values, language)
  const wording = wordingOf(sources, draft.variant)
  const subject = fill(wording.subject, values)

  return {
    language,
    readers,
    subject: cutText(plainSpaces(draft.isTest ? fill(common.testSubject, { subject }) : subject), SUBJECT_MAX),
    title: fill(wording.title, values),
    paragraphs: wording.paragraphs.map((text) => fill(text, values)),
    details: detailsOf(draft, sources, language),
    button: buttonOf(wording.button, draft.link ?? null),
    footer: readers === 'staff' ? STAFF_FOOTER : common.footer,
    note: draft.isTest ? common.testNote : null,
  }
}

/** The texts of a kind, the preferred ones first. The built-in ones are complete. */
function sourcesOf(kind: Draft['kind'], tag: string, language: Language, templates: Templates): Partial<EmailTexts>[] {
  const own = [`${kind}.${tag}`, `${kind}.${language}`, kind].map((name) => templates.get(name))
  const builtIn = textsOf(kind, hasBuiltIn(kind, language) ? language : 'en')
  return [...own, builtIn].filter((texts) => texts !== undefined)
}

const hasBuiltIn = (kind: Draft['kind'], language: Language) => kindOf(kind).readers === 'customer' || language === 'en'

/** In each source, the wording of the variant comes before the wording of every state. */
function wordingOf(sources: Partial<EmailTexts>[], variant: string | undefined): Wording {
  const parts = sources.flatMap(({ variants, ...base }) => [(variant && variants?.[variant]) || {}, base])
  return Object.assign({}, ...parts.reverse()) as Wording
}

function detailsOf({ details = {} }: Draft, sources: Partial<EmailTexts>[], language: Language): [string, string][] {
  const labels: Record<string, string> = Object.assign({}, ...sources.map((texts) => texts.details ?? {}).reverse())
  return Object.entries(details as Record<string, Value | null>).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[labels[key] ?? key, shortened(value, language)]],
  )
}

/** A button, if the link is https, as all of Stripe's are. */
function buttonOf(label: string | undefined, url: string | null): EmailContent['button'] {
  if (
    label === undefined ||
    url === null ||
    url.length > LINK_MAX ||
    !URL.canParse(url) ||
    new URL(url).protocol !== 'https:'
  )
    return null
  return { label, url }
}

const formatted = (values: Record<string, Value>, language: Language): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shortened(value, language)]))

const shortened = (value: Value, language: Language): string => cutText(formatValue(value, language), VALUE_MAX)

/** For text that never breaks, or that is wrapped already. */
export const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')
