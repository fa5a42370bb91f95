import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { textOf } from '../support/deploy/files.ts'
import { PARTS } from './pages.ts'

const { BOUNDARIES } = (await import(join(REPOSITORY, '.dependency-cruiser.mjs'))) as {
  BOUNDARIES: Record<string, { imports: string[] }>
}

test('the root README is short enough to be read to its end', () => {
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(12_000)
})

describe.each(PARTS)('%s/README.md', (part) => {
  const text = textOf(join(part, 'README.md'))
  const head = text.split(/\n## |\n\*\*To /)[0] ?? ''

  test('begins with its name, what it is, what it may depend on, its entry and an example', () => {
    const bullet = (name: string) => new RegExp(`\\n- \\*\\*${name}\\*\\* \\S|\\n- \\*\\*${name}:\\*\\*`)
    expect(head).toMatch(new RegExp(`^# @sluice/${part.split('/')[1]}\\n\\n[A-Z\`]`))
    for (const name of ['May depend on', 'Entry', 'Example']) expect(head).toMatch(bullet(name))
    expect(head).toMatch(/\n```(ts|sh)\n[^`]/)
  })

  const rules = BOUNDARIES[part]
  if (!rules) return
  test('says what the import rules allow it to depend on', () => {
    const [, stated = ''] = /\n- \*\*May depend on\*\* ([\s\S]*?)\n- /.exec(head) ?? []
    const allowed = rules.imports.map((door) => door.split('/')[1])
    const named = [...stated.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
    const packages = named.filter((name) => PARTS.some((one) => one.endsWith(`/${name}`)))
    expect([...new Set(packages)].sort()).toEqual([...new Set(allowed)].sort())
  })
})
