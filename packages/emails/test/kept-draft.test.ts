import { expect, test } from '@jest/globals'
import { createEmailWriter, draftFrom, EMAIL_KINDS, keptDraft } from '../src/index.ts'
import { samplesOf } from '../src/samples.ts'

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))

test.each(EMAIL_KINDS)('%s is the same e-mail when it is written again from what was kept', async (kind) => {
  const writer = createEmailWriter({ sender: 'Acme' })
  for (const { draft } of samplesOf(kind))
    expect(await writer.write(draftFrom(asJson(keptDraft(draft))), 'de')).toEqual(await writer.write(draft, 'de'))
})

test('what this version cannot write is refused', () => {
  const kept = asJson(keptDraft({ kind: 'receipt', values: { amount: { amount: 2n, currency: 'eur' } }, isTest: true }))
  expect(draftFrom(kept).values).toEqual({ amount: { amount: 2n, currency: 'eur' } })
  for (const changed of [
    { kind: 'recipe' },
    { variant: 'gone' },
    { values: {} },
    { values: { amount: { amount: 2 } } },
  ])
    expect(() => draftFrom({ ...kept, ...changed })).toThrow()
})
