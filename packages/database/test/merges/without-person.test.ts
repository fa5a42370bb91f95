import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import fc from 'fast-check'
import { MERGES, mergeOf } from '../../src/merges/index.ts'
import { PERSONAL_PROPERTIES, withoutPerson } from '../../src/merges/without-person.ts'
import { toJsonb } from '../../src/sql/text.ts'
import * as facts from '../facts.ts'

const MARK = 'mark of a person'
const { at } = facts

/** Facts in which every text that may be personal is the mark. */
const FACTS: Record<string, (second: number, account: string | null) => Fact> = {
  customers: (second, account) => ({
    ...facts.customer({
      contact: { email: MARK, deleted: second === 2 },
      preferredLocales: [MARK],
      defaultPaymentMethod: MARK,
      links: [{ userId: MARK, by: 'own' }],
      occurredAt: at(second),
    }),
    account,
  }),
  subscriptions: (second, account) => ({
    ...facts.subscription(second, 'active', {
      links: [{ userId: MARK, by: 'own' }],
      contents: { defaultPaymentMethod: MARK },
      previous: { defaultPaymentMethod: MARK },
    }),
    account,
  }),
  invoices: (second, account) => ({
    ...facts.invoiceSaid(second, {
      contents: {
        customerEmail: MARK,
        hostedInvoiceUrl: MARK,
        invoicePdf: MARK,
        amountPaid: second,
        lines: [{ description: MARK, quantity: 1, amount: 5 }],
        details: {
          footer: MARK,
          description: MARK,
          customFields: [{ name: MARK, value: MARK }],
          buyer: buyer(),
        } as never,
      },
    }),
    account,
  }),
  checkout_sessions: (second, account) => ({
    ...facts.session(second, { contents: { customerEmail: MARK, locale: MARK, details: { buyer: buyer() } as never } }),
    account,
  }),
  credit_notes: (second, account) => ({
    ...facts.creditNote(second, {
      contents: { memo: MARK, pdf: MARK, lines: [{ description: MARK, quantity: 1, amount: 5 }] },
    }),
    account,
  }),
  payment_methods: (second, account) => ({
    ...facts.paymentMethod(second),
    card: { brand: MARK, last4: MARK, expMonth: 1, expYear: 2030 },
    account,
  }),
  payment_references: (second, account) => ({
    ...facts.reference('pi_1', null, {
      received: {
        amount: 5,
        currency: 'usd',
        customerId: 'cus_1',
        email: MARK,
        links: [{ userId: MARK, by: 'metadata' }],
      },
      occurredAt: at(second),
    }),
    account,
  }),
  payments: (second, account) => ({
    ...facts.payment({ links: [{ userId: MARK, by: 'metadata' }], occurredAt: at(second) }),
    account,
  }),
  generation_jobs: (second) =>
    facts.prediction('succeeded', {
      output: [MARK],
      text: MARK,
      error: MARK,
      metrics: { of: MARK },
      completedAt: at(second),
    }),
}

const buyer = () => ({
  name: MARK,
  address: { line1: MARK },
  taxIds: [{ type: 'eu_vat', value: MARK }],
  taxExempt: null,
})

test('there is a fact for every table with personal properties', () => {
  expect(Object.keys(FACTS).sort()).toEqual(Object.keys(PERSONAL_PROPERTIES).sort())
})

describe.each(Object.keys(FACTS))('the registers of %s', (table) => {
  const merge = MERGES.find((one) => one.table === table)
  const make = FACTS[table]
  if (!merge || !make) throw new Error(`no merge for ${table}`)
  const registersOf = (second: number, forgotten: boolean, account: string | null = null): object => {
    const fact = make(second, account)
    return mergeOf(fact).registersOf({ ...fact, ...(forgotten && { forgotten: true }) } as Fact)
  }
  const stored = (registers: object): object => JSON.parse(toJsonb(registers))

  test('keep the mark that a person is in them, and nothing of the person', () => {
    expect(toJsonb(registersOf(1, false))).toContain(MARK)
    const cleaned = withoutPerson(table, registersOf(1, true))
    expect(toJsonb(cleaned)).not.toContain(MARK)
    expect(cleaned).toMatchObject({ forgotten: true })
    expect(toJsonb(merge.columnsOf(cleaned, { pastDueIsActive: true }))).not.toContain(MARK)
  })

  test('are the same whether the person was taken out before or after later facts were merged, in every order', () => {
    const one = fc.record({ second: fc.integer({ min: 0, max: 2 }), forgotten: fc.boolean() })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), fc.nat(), (some, turn) => {
        const registers = [...some.map(({ second, forgotten }) => registersOf(second, forgotten)), registersOf(0, true)]
        const atTheEnd = withoutPerson(
          table,
          registers.reduce((a, b) => merge.join(a, b)),
        )
        const turned = [...registers.slice(turn % registers.length), ...registers.slice(0, turn % registers.length)]
        const eachTime = turned.reduce((a, b) => stored(withoutPerson(table, merge.join(a, b))))
        expect(stored(withoutPerson(table, eachTime))).toEqual(stored(atTheEnd))
        expect(toJsonb(eachTime)).not.toContain(MARK)
      }),
      { numRuns: 200 },
    )
  })

  if (table === 'generation_jobs') return // predictions have no account
  test('of another account stay as they are', () => {
    const mixed = merge.join(registersOf(1, true), registersOf(1, false, 'acct_2'))
    const { others, ...own } = withoutPerson(table, mixed) as { others: object }
    expect(toJsonb(own)).not.toContain(MARK)
    expect(toJsonb(others)).toContain(MARK)
  })
})
