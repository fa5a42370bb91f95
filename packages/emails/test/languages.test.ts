import { expect, test } from '@jest/globals'
import { chooseTag, languageOf } from '../src/index.ts'

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['pt_br', 'pt'],
  ['JA', 'ja'],
  ['it', undefined],
  ['den', undefined],
  ['', undefined],
  ['not a tag', undefined],
])('the language of %j is %s', (tag, language) => expect(languageOf(tag)).toBe(language))

test.each([
  ['de-AT,fr', 'de-AT'],
  ['it,pl,fr', 'fr'],
  ['pt_br', 'pt-BR'],
  ['it', 'es'],
  ['', 'es'],
  [null, 'es'],
])('of the languages %j, %s is chosen', (wanted, chosen) => expect(chooseTag(wanted, 'es')).toBe(chosen))
