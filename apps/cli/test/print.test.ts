import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { oneLine, printable } from '../src/lib/print.ts'
import { table } from '../src/lib/table.ts'

test.each([
  ['\u001b[2J\u001b]0;title\u0007', '\\u001b[2J\\u001b]0;title\\u0007'],
  ['\u009b31m', '\\u009b31m'],
  ['a\rb\u007f', 'a\\u000db\\u007f'],
  ['\u202etxt.exe', '\\u202etxt.exe'],
  ['naïve 你好 ✓', 'naïve 你好 ✓'],
  ['a\n\tb', 'a\n\tb'],
])('%j is printed as %j', (text, expected) => expect(printable(text)).toBe(expected))

test('JSON with an escape of one byte stays the same JSON', () => {
  const value = { error: '\u009b2J \u001b[2J \u2028' }
  expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value)
})

test('a value begins no line of its own', () => {
  expect(oneLine('one\n✓ all good')).toBe('one\\u000a✓ all good')
  expect(table(['ERROR'], [['one\ntwo\u001b[0m']])).toBe('ERROR\none\\u000atwo\\u001b[0m')
})

test('every command prints through it', async () => {
  const folder = fileURLToPath(new URL('../src/commands/', import.meta.url))
  const direct: string[] = []
  for (const file of await readdir(folder))
    if (/console\.log\(|stdout\.write\(/.test((await readFile(folder + file, 'utf8')).replace(/.*coloured by us/, '')))
      direct.push(file)
  expect(direct).toEqual([])
})
