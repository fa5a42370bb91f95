import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createProgress } from '../src/progress.ts'

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
  const progress = createProgress(3, true)
  for (let done = 0; done < 3; done += 1) progress.advance()
  progress.finish()
  expect(printed.split('\r').slice(1)).toEqual([
    `${'█'.repeat(10)}${'░'.repeat(20)} 1 of 3`,
    `${'█'.repeat(20)}${'░'.repeat(10)} 2 of 3`,
    `${'█'.repeat(30)} 3 of 3\n`,
  ])
})

test('what is piped stays clean', () => {
  const progress = createProgress(3, false)
  progress.advance()
  progress.finish()
  expect(printed).toBe('')
})
