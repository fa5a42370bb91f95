import { expect, test } from '@jest/globals'
import { messageIdOf } from '../../../src/outbound/mail/message-id.ts'

test('the Message-ID of an effect never changes and does not contain its key', () => {
  expect(messageIdOf('receipt:in_1', 'example.com')).toMatch(/^<[0-9a-f]{64}@example\.com>$/)
  expect(messageIdOf('receipt:in_1', 'example.com')).toBe(messageIdOf('receipt:in_1', 'example.com'))
  expect(messageIdOf('receipt:in_1', 'example.com')).not.toBe(messageIdOf('receipt:in_2', 'example.com'))
})
