import { expect, test } from '@jest/globals'
import { checkKey } from '../../../src/outbound/store/object-store.ts'

test.each(['receipts/in_1.pdf', 'job_1/06c9.png', 'a', '...', `${'a'.repeat(255)}/b`])('%s is a valid name', (key) => {
  expect(() => checkKey(key)).not.toThrow()
})

test.each([
  '',
  '/etc/passwd',
  '../other',
  'a/../b',
  'a/./b',
  'a//b',
  'a/',
  'a\\b',
  'a\0b',
  'a\nb',
  'a'.repeat(256),
  'é'.repeat(128),
  Array(10).fill('a'.repeat(100)).join('/'),
])('%j could leave the store, or is refused by file systems', (key) => {
  expect(() => checkKey(key)).toThrow(expect.objectContaining({ name: 'ObjectStoreError', code: 'invalid_key' }))
})
