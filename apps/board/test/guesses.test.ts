import { expect, test } from '@jest/globals'
import { countGuesses } from '../src/sign-in/guesses.ts'

const MINUTE = 60_000

function guessing() {
  let time = 0
  const guesses = countGuesses(() => time)
  return {
    later: (milliseconds: number) => {
      time += milliseconds
    },
    wrong: (network: string) => guesses.begin(network),
    right: (network: string) => {
      if (guesses.begin(network) > 0) return false
      guesses.wasRight(network)
      return true
    },
  }
}

test('ten wrong guesses of a network are looked at in a minute, and others go on', () => {
  const { wrong, right, later } = guessing()
  for (let count = 0; count < 10; count += 1) expect(wrong('a')).toBe(0)
  later(20_000)
  expect(wrong('a')).toBe(40_000)
  expect([right('a'), right('b')]).toEqual([false, true])
  later(40_000)
  expect([right('a'), wrong('a')]).toEqual([true, 0])
})

test('right ones are not counted, however many', () => {
  const { wrong, right } = guessing()
  for (let count = 0; count < 50; count += 1) expect(right('a')).toBe(true)
  for (let count = 0; count < 10; count += 1) expect(wrong('a')).toBe(0)
  expect(wrong('a')).toBeGreaterThan(0)
})

test('a hundred wrong guesses from anywhere stop networks that have never logged in, and no others', () => {
  const { wrong, right, later } = guessing()
  expect(right('operator')).toBe(true)
  const lookedAt = Array.from({ length: 1_000 }, (_, index) => wrong(`network ${index}`)).filter((wait) => wait === 0)
  expect(lookedAt).toHaveLength(100)
  expect([right('another'), right('operator')]).toEqual([false, true])
  later(MINUTE)
  expect(right('another')).toBe(true)
})
