// `pnpm test:postgres`: migrates and runs on every supported version of Postgres, in every situation that a database of somebody
// else's may be in. Prints a table. The last line is `N passed, N failed`. Arguments: versions, such as `14 18`. Default: all.
import { versions } from './postgres/binaries.mjs'
import { tryVersion } from './postgres/try-version.mjs'

const wanted = process.argv.slice(2).map(Number)
const unknown = wanted.filter((major) => !versions.includes(major))
if (unknown.length > 0) {
  console.error(`There is no version ${unknown.join(', ')} here: ${versions.join(', ')}.`)
  process.exit(2)
}

let passed = 0
let failed = 0
for (const major of wanted.length > 0 ? wanted : versions) {
  await tryVersion(major, ({ version, situation, outcome, error }) => {
    console.log(`${error ? '✗' : '✓'} ${version.padEnd(7)} ${situation.padEnd(52)} ${error?.message ?? outcome}`)
    if (error) failed += 1
    else passed += 1
  })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
