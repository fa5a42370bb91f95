import type { Pool } from 'pg'

/** Requests of one kind are counted together. There are few kinds: all parts are codes of Sluice. */
export interface DeliveryKind {
  provider: string
  outcome: 'duplicate' | 'refused'
  /** The code of a refusal's reason. */
  reason: string | null
}

export interface DeliveryDetails {
  /** The event that was repeated. */
  eventId: string | null
  /** Network of the client. */
  addressNet: string | null
  bytes: number | null
  bodyHash: string | null
  answeredMs: number
}

export interface DeliveryLog {
  /**
   * Records a request that has been answered, without waiting for Postgres. Beyond a rate requests are only counted.
   *
   * @param describe is called only if the request gets a row of its own
   */
  note(kind: DeliveryKind, describe: () => DeliveryDetails): void
  /** Writes all that was noted so far, also the counts of the current window. */
  flush(): Promise<void>
}

interface Row extends DeliveryKind, Partial<DeliveryDetails> {
  count: number
  /** On the clock of `performance.now()`. */
  receivedAt: number
}

const WINDOW_MS = 60_000
/**
 * Rows of a process in a window: of one reason, and of all. Each kind adds one with the number of the others. A flood that
 * lasts for the two weeks that rows are kept leaves about a million.
 */
const REFUSED_MAX = 10
const ALL_REFUSED_MAX = 50
/** Only the holder of a signing secret can repeat an event, and does so after an outage. */
const REPEATED_MAX = 1_000
const ROWS_AT_ONCE = 200

/**
 * Records repeats and refusals after they are answered. The first delivery of an event is its row in the inbox, so that
 * ordinary traffic writes nothing here. A crash loses what was not written: up to a minute of counts.
 *
 * @param pool of a role that may insert into `webhook_deliveries`
 */
export function createDeliveryLog(pool: Pool, failed: (error: unknown) => void): DeliveryLog {
  const rows: Row[] = []
  let counts = new Map<string, Row>()
  let taken = new Map<string, number>()
  let window: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  function note(kind: DeliveryKind, describe: () => DeliveryDetails): void {
    window ??= setTimeout(endWindow, WINDOW_MS).unref()
    if (mayHaveRow(kind)) keep(kind, describe())
    else count(kind, 1)
  }

  function keep(kind: DeliveryKind, details: DeliveryDetails): void {
    rows.push({ ...kind, ...details, count: 1, receivedAt: performance.now() - details.answeredMs })
    if (rows.length === 1) setImmediate(() => void write())
  }

  function mayHaveRow({ provider, outcome, reason }: DeliveryKind): boolean {
    if (outcome === 'duplicate') return take(`duplicate ${provider}`, REPEATED_MAX)
    return take(`refused ${provider} ${reason}`, REFUSED_MAX) && take('refused', ALL_REFUSED_MAX)
  }

  function take(name: string, max: number): boolean {
    const before = taken.get(name) ?? 0
    if (before >= max) return false
    taken.set(name, before + 1)
    return true
  }

  function count({ provider, outcome, reason }: DeliveryKind, more: number): void {
    const key = `${provider} ${outcome} ${reason}`
    const known = counts.get(key)
    if (known) known.count += more
    else counts.set(key, { provider, outcome, reason, count: more, receivedAt: performance.now() })
  }

  function endWindow(): Promise<void> {
    clearTimeout(window)
    window = undefined
    taken = new Map()
    for (const row of counts.values()) rows.push({ ...row, receivedAt: performance.now() })
    counts = new Map()
    return write()
  }

  /** One statement at a time, whatever comes meanwhile. */
  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (rows.length > 0) {
      const group = rows.splice(0, ROWS_AT_ONCE)
      try {
        await insert(pool, group)
      } catch (error) {
        for (const row of [...group, ...rows.splice(0)]) count(row, row.count)
        window ??= setTimeout(endWindow, WINDOW_MS).unref()
        failed(error)
      }
    }
  }

  return {
    note,
    async flush() {
      await writing
      await endWindow()
    },
  }
}

/** Looks up the row of a repeated event, which an append of a duplicate does not return. */
const INSERT = `
  INSERT INTO webhook_deliveries
    (provider, event_row, outcome, reason, count, address_net, bytes, body_hash, answered_ms, received_at)
  SELECT d.provider, (SELECT e.id FROM webhook_events e WHERE e.provider = d.provider AND e.event_id = d.event_id),
    d.outcome, d.reason, d.count, d.address_net, d.bytes, d.body_hash, d.answered_ms, now() - d.age_ms * interval '1 ms'
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::text[], $9::int[],
    $10::float8[]) AS d (provider, event_id, outcome, reason, count, address_net, bytes, body_hash, answered_ms, age_ms)`

async function insert(pool: Pool, rows: Row[]): Promise<void> {
  const now = performance.now()
  const column = (of: (row: Row) => unknown) => rows.map((row) => of(row) ?? null)
  await pool.query({
    name: 'insert_deliveries',
    text: INSERT,
    values: [
      column((row) => row.provider),
      column((row) => row.eventId),
      column((row) => row.outcome),
      column((row) => row.reason),
      column((row) => row.count),
      column((row) => row.addressNet),
      column((row) => row.bytes),
      column((row) => row.bodyHash),
      column((row) => row.answeredMs),
      column((row) => now - row.receivedAt),
    ],
  })
}
