/** Wrong passwords that a network may send in a minute. */
const PER_NETWORK = 10
/** Wrong passwords in a minute from all networks that have never logged in, whoever they are. */
const IN_ALL = 100
const WINDOW_MS = 60_000
/** Networks that have logged in. More than any team has; the oldest is forgotten. */
const KNOWN_MAX = 1_000

export interface Guesses {
  /** Counts a guess before it is looked at. @returns 0, or for how many milliseconds no guess is looked at */
  begin(network: string): number
  /** The guess was right: it counts for nothing. */
  wasRight(network: string): void
}

/**
 * Counts guesses of a password. All of it is synchronous, so that no guess can be looked at before those that came
 * earlier are counted. A network that has logged in is not refused for what others do.
 *
 * @param now milliseconds of a monotonic clock
 */
export function countGuesses(now: () => number = () => performance.now()): Guesses {
  const known = new Set<string>()
  const counts = new Map<string, number>()
  let ofUnknown = 0
  let endsAt = 0

  /** At most `IN_ALL` unknown networks are counted in a window, which bounds the map. */
  function startWindow() {
    counts.clear()
    ofUnknown = 0
    endsAt = now() + WINDOW_MS
  }

  return {
    begin(network) {
      if (now() >= endsAt) startWindow()
      const count = counts.get(network) ?? 0
      const isKnown = known.has(network)
      if (count >= PER_NETWORK || (!isKnown && ofUnknown >= IN_ALL)) return endsAt - now()
      counts.set(network, count + 1)
      if (!isKnown) ofUnknown += 1
      return 0
    },
    wasRight(network) {
      counts.set(network, (counts.get(network) ?? 1) - 1)
      if (!known.has(network)) ofUnknown -= 1
      known.delete(network)
      known.add(network)
      const [oldest] = known
      if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest)
    },
  }
}
