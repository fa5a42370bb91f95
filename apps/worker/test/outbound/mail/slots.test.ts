import { expect, test } from '@jest/globals'
import { messageIdOf } from '../../../src/outbound/mail/message-id.ts'
import { createSlots } from '../../../src/outbound/mail/slots.ts'

const LONG_MS = 60_000

test('so many have a slot at once; the next gets the first that is given back, in line', async () => {
  const slots = createSlots(2)
  const [first, second] = [await slots.take(LONG_MS), await slots.take(LONG_MS)]
  const got: string[] = []
  const third = slots.take(LONG_MS).then((release) => got.push('third') && release)
  const fourth = slots.take(LONG_MS).then((release) => got.push('fourth') && release)
  await new Promise(setImmediate)
  expect(got).toEqual([])
  second?.()
  await third
  expect(got).toEqual(['third'])
  first?.()
  await fourth
  expect(got).toEqual(['third', 'fourth'])
})

test('who waits too long gets none, and keeps none from the others', async () => {
  const slots = createSlots(1)
  const release = await slots.take(LONG_MS)
  expect(await slots.take(1)).toBeUndefined()
  release?.()
  expect(await slots.take(0)).toBeInstanceOf(Function)
  expect(await slots.take(0)).toBeUndefined()
})

test('the message of one effect always has the same id, which tells nothing of the effect', () => {
  expect(messageIdOf('receipt:in_1', 'example.com')).toMatch(/^<[0-9a-f]{64}@example\.com>$/)
  expect(messageIdOf('receipt:in_1', 'example.com')).toBe(messageIdOf('receipt:in_1', 'example.com'))
  expect(messageIdOf('receipt:in_1', 'example.com')).not.toBe(messageIdOf('receipt:in_2', 'example.com'))
})
