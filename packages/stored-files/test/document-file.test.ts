import { expect, test } from '@jest/globals'
import { checkKey, documentFileOf } from '../src/index.ts'

test.each(['in_1PgafmB7WZ01zgkW', 'in_1:failed:2', 'cs_live_a1@acct_1'])('%s names its document', (id) => {
  expect(documentFileOf('receipt', id)).toBe(`receipts/${id}.pdf`)
})

test.each(['../../etc', 'a/b', 'x'.repeat(300), 'a\u0000b', '.', ''])(
  '%j gives a name that every store takes',
  (id) => {
    const name = documentFileOf('receipt', id, 'replay')
    expect(name).toMatch(/^receipts\/[0-9a-f]{64}\.replay\.pdf$/)
    expect(() => checkKey(name)).not.toThrow()
  },
)
