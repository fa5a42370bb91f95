import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createProgress } from '../src/lib/progress.ts'

let printed = ''
beforeEach(() => {
  printed = ''
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('a person sees how much is done, on one line', () => {
  const progress = createProgress(4, true)
  progress.advance()
  progress.advance()
  progress.advance(2)
  progress.finish()
  expect(printed.split('\r').slice(1)).toEqual([
    `${'█'.repeat(8)}${'░'.repeat(22)} 1 of 4`,
    `${'█'.repeat(15)}${'░'.repeat(15)} 2 of 4`,
    `${'█'.repeat(30)} 4 of 4\n`,
  ])
})

test('what is piped stays clean', () => {
  const progress = createProgress(3, false)
  progress.advance()
  progress.finish()
  expect(printed).toBe('')
})
