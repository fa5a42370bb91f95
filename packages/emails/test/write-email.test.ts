import { describe, expect, test } from '@jest/globals'
import { type Draft, NO_TEMPLATES, writeEmail } from '../src/index.ts'

const FAILED: Draft = {
  kind: 'payment.failed',
  variant: 'withRetry',
  values: { amount: { amount: 2_000n, currency: 'eur' }, date: new Date('2026-12-01T00:00:00Z') },
  details: { amountDue: { amount: 2_000n, currency: 'eur' }, invoice: null },
  link: 'https://pay.example/1',
  isTest: false,
}

describe('an e-mail', () => {
  test('has its wording, its amounts and its dates in the language of its reader', () => {
    expect(writeEmail(FAILED, 'de-AT', NO_TEMPLATES)).toMatchObject({
      language: 'de',
      subject: 'Ihre Zahlung über 20,00 € ist fehlgeschlagen',
      paragraphs: [expect.stringContaining('20,00\u00a0€'), expect.stringContaining('am 1. Dezember 2026')],
      details: [['Offener Betrag', '20,00\u00a0€']],
      button: { label: 'Jetzt bezahlen', url: 'https://pay.example/1' },
      note: null,
    })
  })

  test('has the wording of its state', () => {
    const { variant: _, ...draft } = FAILED
    const withoutRetry = { ...draft, values: { amount: { amount: 2_000n, currency: 'eur' } } } as Draft
    expect(writeEmail(withoutRetry, 'en', NO_TEMPLATES).paragraphs[1]).toMatch(/^Please pay now/)
    expect(writeEmail(FAILED, 'en', NO_TEMPLATES).paragraphs[1]).toMatch(/^We will try again on 1 December 2026/)
  })

  test('is marked as a test in its language', () => {
    expect(writeEmail({ ...FAILED, isTest: true }, 'es', NO_TEMPLATES)).toMatchObject({
      subject: expect.stringMatching(/^\[Prueba\] /),
      note: 'Modo de prueba: no se ha movido dinero real.',
    })
  })

  test('to the staff is in English', () => {
    const draft: Draft = { kind: 'invoice.finalization_failed', values: {}, isTest: false }
    expect(writeEmail(draft, 'de', NO_TEMPLATES)).toMatchObject({
      language: 'en',
      subject: 'An invoice could not be finalized',
    })
  })

  test('has a button only for an https link', () => {
    for (const link of [null, '', 'http://a.example', 'javascript:alert(1)', 'nonsense'])
      expect(writeEmail({ ...FAILED, link }, 'en', NO_TEMPLATES).button).toBeNull()
  })
})

test('an e-mail has no long text, whatever an event says, and shows where it was cut', () => {
  const long = '😀'.repeat(10_000)
  const draft: Draft<'dispute.opened'> = {
    kind: 'dispute.opened',
    values: { amount: { amount: 2_000n, currency: 'eur' } },
    details: {
      amount: { amount: 2_000n, currency: 'eur' },
      reason: long,
      status: long,
      dispute: long,
      charge: long,
      account: long,
    },
    link: `https://dashboard.stripe.com/${'x'.repeat(5_000)}`,
    isTest: false,
  }
  const { details, button } = writeEmail(draft, 'en', NO_TEMPLATES)
  expect(details.find(([, value]) => value.startsWith('😀'))?.[1]).toBe(`${'😀'.repeat(249)}…`)
  expect(JSON.stringify(details).length).toBeLessThan(3_500)
  expect(button).toBeNull()
})
