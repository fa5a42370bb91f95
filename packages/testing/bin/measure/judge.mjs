import istanbul from 'istanbul-lib-coverage'

/**
 * Holds a bar against what was measured of the sources that it covers. Nothing measured is a failure as well.
 * @param map An Istanbul coverage map with a path relative to the root for every source.
 * @returns What all of them reached (`measured`), what each did (`files`), a line of text per missed bar (`failures`).
 */
export function judge({ scope, covers, over = {}, atLeast = {} }, map) {
  const files = map.files().filter(covers)
  const measured = summaryOf(files.map((file) => map.fileCoverageFor(file)))
  const failures = [
    ...below(over, measured, (wanted, reached) => reached > wanted, 'more than'),
    ...below(atLeast, measured, (wanted, reached) => reached >= wanted, 'at least'),
  ]
  return {
    scope,
    bar: { ...over, ...atLeast },
    measured,
    files: files.map((file) => describe(file, map)),
    failures: failures.map((failure) => `${scope}: ${failure}`),
  }
}

const below = (bar, measured, isReached, words) =>
  Object.entries(bar)
    .filter(([kind, wanted]) => measured[kind].total === 0 || !isReached(wanted, measured[kind].pct))
    .map(([kind, wanted]) => `wanted ${words} ${wanted} % of ${kind}, measured ${percentOf(measured[kind])}`)

export const percentOf = ({ total, pct }) => (total === 0 ? 'nothing' : `${pct.toFixed(2)} %`)

function summaryOf(files) {
  const summary = istanbul.createCoverageSummary()
  for (const file of files) summary.merge(file.toSummary())
  return summary
}

function describe(path, map) {
  const file = map.fileCoverageFor(path)
  return {
    path,
    measured: file.toSummary(),
    lines: file.getUncoveredLines().map(Number),
    branches: linesOfMissedBranches(file),
  }
}

function linesOfMissedBranches({ b: taken, branchMap }) {
  const missed = Object.entries(branchMap).flatMap(([id, { loc, locations }]) =>
    locations.filter((_, way) => taken[id][way] === 0).map(({ start }) => start.line ?? loc.start.line),
  )
  return [...new Set(missed)].sort((one, other) => one - other)
}
