import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { commonTextsOf, EMAIL_KINDS, LANGUAGES, type Language, textsOf } from '../src/index.ts'
import { kindOf } from '../src/kinds.ts'
import { type EmailTexts, placeholdersIn } from '../src/texts.ts'

const languagesOf = (kind: (typeof EMAIL_KINDS)[number]): readonly Language[] =>
  kindOf(kind).readers === 'staff' ? ['en'] : LANGUAGES

const FILES = EMAIL_KINDS.flatMap((kind) => languagesOf(kind).map((language) => ({ kind, language })))

test('the folder has a file for every kind and language, and no other', () => {
  const expected = [...FILES, ...LANGUAGES.map((language) => ({ kind: 'common', language }))]
  const names = expected.map(({ kind, language }) => `${kind}.${language}.json`)
  expect(readdirSync(new URL('../texts/', import.meta.url)).sort()).toEqual(names.sort())
})

describe.each(FILES)('$kind.$language.json', ({ kind, language }) => {
  const { details, variants, ...wording } = textsOf(kind, language)
  const spec = kindOf(kind)

  test('has the variants and the labels of its kind', () => {
    expect(Object.keys(variants).sort()).toEqual(Object.keys(spec.variants).sort())
    expect(Object.keys(details).sort()).toEqual([...spec.details].sort())
    expect(wording.button !== undefined).toBe(spec.hasButton)
  })

  test.each([undefined, ...Object.keys(spec.variants)])('has the placeholders of its English text (%s)', (variant) => {
    const placeholders = (texts: EmailTexts) =>
      new Set(placeholdersIn(JSON.stringify({ ...texts, ...texts.variants[variant ?? ''], details: {}, variants: {} })))
    expect(placeholders(textsOf(kind, language))).toEqual(placeholders(textsOf(kind, 'en')))
    const known = [...spec.values, ...((variant && spec.variants[variant]) || [])]
    expect([...placeholders(textsOf(kind, language))].filter((name) => !known.includes(name))).toEqual([])
  })

  test('differs from the English text', () => {
    const english = textsOf(kind, 'en')
    const paragraphs = [...wording.paragraphs, ...Object.values(variants).flatMap((part) => part.paragraphs ?? [])]
    const inEnglish = [
      ...english.paragraphs,
      ...Object.values(english.variants).flatMap((part) => part.paragraphs ?? []),
    ]
    expect(paragraphs.filter((paragraph) => inEnglish.includes(paragraph))).toEqual(language === 'en' ? paragraphs : [])
  })
})

test.each(LANGUAGES)('the shared texts exist in %s', (language) =>
  expect(Object.keys(commonTextsOf(language))).toEqual(Object.keys(commonTextsOf('en'))),
)
