import { expect, test } from '@jest/globals'
import { listed } from '../../src/effects/generation.completed.ts'

const file = (index: number, status: 'stored' | 'refused') => ({
  pointer: `/${index}`,
  status,
  storageKey: null,
  contentType: null,
  bytes: null,
  sha256: null,
  error: null,
})

test('the message about a generation lists a thousand files, and counts the others', () => {
  const files = Array.from({ length: 2_000 }, (_, index) => file(index, index < 1_400 ? 'stored' : 'refused'))
  const message = listed({ files, filesRefused: 98_000 })
  expect(message.stored).toHaveLength(500)
  expect(message.refused).toHaveLength(501)
  expect(message.refused.at(-1)).toMatchObject({ reason: 'too_many_files', count: 98_000 })
  expect(message.more).toBe(1_000)
  expect(listed({ files: files.slice(0, 3), filesRefused: 0 })).not.toHaveProperty('more')
})
