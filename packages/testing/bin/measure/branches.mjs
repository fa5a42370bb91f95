/**
 * The branches of a source, without two faults of counts that come from V8.
 * - A default value of a parameter is no branch to V8: it would count as taken whenever the function is called.
 * - A branch is there twice when tests ran what swc compiled and processes what tsc did: the two agree on where its
 *   ways begin, and not on where they end. It becomes one, with the counts of both.
 * @returns {{ branchMap, b }} As in an Istanbul file coverage.
 */
export function branchesOf({ branchMap, b }) {
  const places = new Map()
  for (const [id, branch] of Object.entries(branchMap)) {
    if (branch.type === 'default-arg') continue
    const place = JSON.stringify([branch.type, branch.locations.map(({ start }) => start)])
    const counts = places.get(place)?.counts ?? b[id].map(() => 0)
    places.set(place, { branch, counts: counts.map((count, way) => count + b[id][way]) })
  }
  const joined = [...places.values()]
  return {
    branchMap: Object.fromEntries(joined.map(({ branch }, index) => [index, branch])),
    b: Object.fromEntries(joined.map(({ counts }, index) => [index, counts])),
  }
}
