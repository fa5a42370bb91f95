import { percentOf } from './judge.mjs'

/** A row per scope, then what failed: the bar in words, and under it the files that miss it, the worst first. */
export function printVerdicts(verdicts) {
  console.log(`\n${row('scope', 'files', 'lines', 'branches')}`)
  for (const { scope, files, measured } of verdicts)
    console.log(row(scope, files.length, percentOf(measured.lines), percentOf(measured.branches)))
  for (const verdict of verdicts.filter(({ failures }) => failures.length > 0)) printFailure(verdict)
}

const row = (scope, ...cells) => scope.padEnd(14) + cells.map((cell) => `${cell}`.padStart(11)).join('')

function printFailure({ failures, files, bar }) {
  console.log(`\n${failures.join('\n')}`)
  const missing = files.filter(({ measured }) =>
    Object.entries(bar).some(([kind, wanted]) => measured[kind].pct < wanted),
  )
  for (const { path, measured, lines, branches } of missing.sort(byMissedLines)) {
    console.log(`  ${path}  lines ${percentOf(measured.lines)}, branches ${percentOf(measured.branches)}`)
    if (lines.length > 0) console.log(`    lines not run: ${lines.join(' ')}`)
    if ('branches' in bar && branches.length > 0) console.log(`    branches not taken from: ${branches.join(' ')}`)
  }
}

const missed = ({ measured: { lines } }) => lines.total - lines.covered
const byMissedLines = (one, other) => missed(other) - missed(one)
