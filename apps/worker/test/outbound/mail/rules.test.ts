import { expect, test } from '@jest/globals'
import { EMAIL_KINDS } from '@sluice/emails'
import { selectEmailKinds } from '../../../src/outbound/mail/rules.ts'

const ALL = [...EMAIL_KINDS].sort()
const without = (...kinds: string[]) => ALL.filter((kind) => !kinds.includes(kind))

test.each([
  ['all', ALL],
  ['none', []],
  ['receipt', ['receipt']],
  ['receipt, invoice', ['invoice', 'receipt']],
  ['all,-renewal.upcoming', without('renewal.upcoming')],
  ['all, -renewal.upcoming , -trial.ending', without('renewal.upcoming', 'trial.ending')],
  ['-renewal.upcoming', without('renewal.upcoming')],
  ['receipt,-receipt', []],
  ['-receipt,receipt', ALL],
  ['none,receipt', ['receipt']],
  ['all,-all', []],
])('EMAILS=%s', (text, kinds) => {
  expect([...(selectEmailKinds(text) ?? [])].sort()).toEqual([...kinds])
})

test.each(['reciept', 'all,-reciept', 'all receipt', 'ALL', 'all,', '-', 'asset.copy', 'features.invalidate'])(
  'EMAILS=%s is wrong',
  (text) => {
    expect(selectEmailKinds(text)).toBeUndefined()
  },
)
