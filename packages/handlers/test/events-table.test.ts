import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { decide, handledTypes } from '../src/index.ts'
import { STANDS_FOR, samples } from './samples.ts'

/** What is told of an event: the kinds of its facts, and its effects as `kind` and key. */
interface Told {
  facts: string[]
  effects: string[]
}

/** The section of README.md: a row may tell of several events. */
function tableOfReadme(): Map<string, Told> {
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')
  const [section = ''] = readme.slice(readme.indexOf('\n## Events\n') + 1).split(/\n## (?!Events\n)/)
  const rows = section.split('\n').filter((line) => /^\| `/.test(line))
  return new Map(
    rows.flatMap((row) => {
      const [events = '', , facts = '', effects = '', keys = ''] = row.split('|').slice(1)
      const told = { facts: wordsIn(facts).sort(), effects: pairs(wordsIn(effects), wordsIn(keys)).sort() }
      return wordsIn(events).map((type): [string, Told] => [type, told])
    }),
  )
}

const wordsIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

function pairs(effects: string[], keys: string[]): string[] {
  if (effects.length !== keys.length) throw new Error(`${effects} and ${keys} do not pair`)
  return effects.map((effect, index) => `${effect} ${keys[index]}`)
}

/** What the handlers do with the samples of a type. */
function toldByCode(type: string): Told {
  const decisions = (samples.get(type) ?? []).map(decide).filter((decision) => decision.outcome === 'processed')
  const effects = decisions.flatMap((decision) => decision.effects.map(({ kind, key }) => `${kind} ${patternOf(key)}`))
  const facts = decisions.flatMap((decision) => decision.facts.map(({ kind }) => kind))
  return { facts: [...new Set(facts)].sort(), effects: [...new Set(effects)].sort() }
}

const patternOf = (key: string): string =>
  key
    .split(':')
    .map((part) => STANDS_FOR[part] ?? part)
    .join(':')

describe('the table of events in README.md', () => {
  const table = tableOfReadme()

  test('lists every type that something is done with, once', () => {
    expect([...table.keys()].sort()).toEqual([...handledTypes].sort())
  })

  test.each([...handledTypes])('says what %s does', (type) => {
    expect(table.get(type)).toEqual(toldByCode(type))
  })
})
