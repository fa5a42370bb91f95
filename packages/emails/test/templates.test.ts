import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Draft, readTemplates, writeEmail } from '../src/index.ts'
import { withFile } from './with-file.ts'

const AMOUNT = { amount: 2_000n, currency: 'eur' }
const RECEIPT: Draft = { kind: 'receipt', values: { amount: AMOUNT }, details: { amountPaid: AMOUNT }, isTest: false }
const RETRY: Draft = {
  kind: 'payment.failed',
  variant: 'withRetry',
  values: { amount: AMOUNT, date: new Date('2026-12-01') },
  isTest: false,
}

const templatesOf = (files: Record<string, unknown>) =>
  withFile('README.txt', 'Not a template.', async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
    return readTemplates(folder)
  })

describe('an own text', () => {
  test('replaces the fields that it names, in its language', async () => {
    const templates = await templatesOf({
      'receipt.de.json': { subject: 'Danke für {amount}', details: { amountPaid: 'Betrag' } },
    })
    expect(writeEmail(RECEIPT, 'de', templates)).toMatchObject({
      subject: 'Danke für 20,00 €',
      title: 'Vielen Dank für Ihre Zahlung',
      details: [['Betrag', '20,00\u00a0€']],
    })
    expect(writeEmail(RECEIPT, 'en', templates).subject).toBe('Your receipt for €20.00')
  })

  test('comes from the tag, then from its language, then from the file without a language', async () => {
    const named = (subject: string) => ({ subject })
    const templates = await templatesOf({
      'receipt.json': named('any'),
      'receipt.de.json': named('German'),
      'receipt.de-AT.json': named('Austrian'),
    })
    const subjectIn = (tag: string) => writeEmail(RECEIPT, tag, templates).subject
    expect(['de-AT', 'de-CH', 'de', 'fr'].map(subjectIn)).toEqual(['Austrian', 'German', 'German', 'any'])
  })

  test('holds for every state, and that of a variant for its state', async () => {
    const templates = await templatesOf({
      'payment.failed.json': {
        subject: 'All: {amount}',
        title: 'All',
        variants: { withRetry: { title: 'Again on {date}' } },
      },
    })
    expect(writeEmail(RETRY, 'en', templates)).toMatchObject({
      subject: 'All: €20.00',
      title: 'Again on 1 December 2026',
    })
  })
})

test.each([
  ['payment.fialed.de.json', {}, /^payment\.fialed\.de\.json is no kind of e-mail; the kinds are checkout\.failed, /],
  ['receipt.it.json', {}, 'receipt.it.json is in no language that we have; the languages are en, de, fr, es, pt, ja'],
  ['receipt.json', { subject: 1 }, /^receipt\.json: subject /],
  ['receipt.json', { headline: 'x' }, 'receipt.json: headline is not a known field'],
  [
    'receipt.json',
    { subject: '{amout}' },
    'receipt.json: {amout} is no placeholder of receipt; its placeholders are {amount}',
  ],
  [
    'receipt.json',
    { details: { sum: 'x' } },
    'receipt.json: details.sum is no detail of receipt; its details are amountPaid, charged, date, number',
  ],
  [
    'receipt.json',
    { variants: { late: {} } },
    'receipt.json: variants.late is no variant of receipt; its variants are withInvoice',
  ],
  ['receipt.json', { button: 'Pay' }, 'receipt.json: receipt has no button'],
  [
    'payment.failed.json',
    { title: '{date}' },
    'payment.failed.json: {date} is no placeholder of payment.failed; its placeholders are {amount}',
  ],
  [
    'payment.failed.json',
    { variants: { withRetry: { title: '{day}' } } },
    'payment.failed.json: {day} is no placeholder of variants.withRetry; its placeholders are {amount}, {date}',
  ],
])('%s with %j is refused with one line', async (name, content, message) => {
  const failure = templatesOf({ [name]: content })
  await expect(failure).rejects.toThrow(message instanceof RegExp ? message : new Error(message))
  await expect(failure).rejects.toThrow(/^[^\n]+$/)
})
