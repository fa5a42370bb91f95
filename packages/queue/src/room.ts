/** Share of the memory of Redis that events in jobs may fill. The rest is for jobs with ids, and for working it off. */
const SHARE = 0.8
/** Between two measurements, the bytes added by this process are counted. */
const MEASURED_EACH_MS = 1_000
/** Used where Redis tells nothing of its memory: an eighth of the 512 MB that compose gives it. */
const OWN_BUDGET = 64 * 1024 * 1024
/** The budget is whole again when nobody has asked for this long, because then Postgres takes the events. */
const QUIET_MS = 60_000

/** Bytes of a waiting job in Redis beside its event. Measured: 1,051 with an event of 300 bytes. */
const JOB_BYTES = 1_200
/** Base64, and what the allocator rounds up. Measured: 57 kB with a body of 40 kB. */
const BYTES_PER_BYTE = 1.5

export interface Room {
  /** Whether an event with a body of this size may go to Redis. False as well when Redis does not answer. */
  hasRoomFor(bytes: number): Promise<boolean>
}

/** @param measure answers of all masters to `INFO memory`; none without Redis. */
export function watchRoom(measure: () => Promise<string[]>, now = () => performance.now()): Room {
  let free = 0
  let measuredAt = Number.NEGATIVE_INFINITY
  let measuring: Promise<void> | undefined
  let ownBudget = OWN_BUDGET
  let isKnown = true
  let askedAt = Number.NEGATIVE_INFINITY

  async function refresh(): Promise<void> {
    const rooms = (await measure()).map(freeIn)
    isKnown = !rooms.includes(undefined)
    free = Math.min(...rooms.map((room) => room ?? 0))
    measuredAt = now()
  }

  async function update(): Promise<void> {
    if (now() - askedAt > QUIET_MS) ownBudget = OWN_BUDGET
    askedAt = now()
    if (now() - measuredAt < MEASURED_EACH_MS) return
    measuring ??= refresh().finally(() => {
      measuring = undefined
    })
    await measuring
  }

  return {
    async hasRoomFor(bytes) {
      try {
        await update()
      } catch {
        return false
      }
      const needed = bytes * BYTES_PER_BYTE + JOB_BYTES
      if ((isKnown ? free : ownBudget) < needed) return false
      if (isKnown) free -= needed
      else ownBudget -= needed
      return true
    },
  }
}

/** Undefined where the user may not run `INFO`. Without `maxmemory`, Redis may use all memory of the machine. */
function freeIn(info: string): number | undefined {
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  const limit = bytes('maxmemory') || bytes('total_system_memory')
  return limit > 0 ? limit * SHARE - bytes('used_memory') : undefined
}
