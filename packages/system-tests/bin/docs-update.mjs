// `pnpm docs:update [--check]`: writes the parts of the pages that are made from code; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { GENERATED } from './docs/generated.mjs'
import { withSection } from './docs/section.mjs'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const stale = []
for (const { page, name, make } of GENERATED) {
  const text = readFileSync(page, 'utf8')
  const made = await make()
  const fresh = name === undefined ? made : withSection(text, name, made, page)
  if (fresh === text) continue
  stale.push(name === undefined ? page : `${page}: ${name}`)
  if (!values.check) writeFileSync(page, fresh)
}

if (stale.length === 0) console.log('Every generated part is up to date.')
else if (values.check) console.error(`Out of date, run pnpm docs:update:\n${stale.join('\n')}`)
else console.log(`Written:\n${stale.join('\n')}`)
process.exitCode = values.check && stale.length > 0 ? 1 : 0
