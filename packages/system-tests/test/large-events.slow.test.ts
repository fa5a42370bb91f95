import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { statuses } from './support/stack.ts'

/** As Node takes it by itself in a container with the memory of the chart, whose limit is `MEMORY_MAX`. */
const HEAP = '--max-old-space-size=384'
const MEMORY_MAX = 768 * 1_024 * 1_024

/** A little below the limit of a Replicate body. */
const BYTES = 4_900_000

const filled = (value: string) => `[${Array.from({ length: Math.floor(BYTES / (value.length + 1)) }, () => value)}]`

const OUTPUTS: [count: number, output: string][] = [
  [2, filled('{"a":1}')],
  [2, filled('{}')],
  [3, filled('" token"')],
  [12, `["data:image/png;base64,${'A'.repeat(BYTES)}"]`],
]

const LARGE = OUTPUTS.reduce((sum, [count]) => sum + count, 0)
const OTHERS = 300

const APPEND = `INSERT INTO webhook_events (provider, event_id, type, ordering_key, occurred_at, livemode, raw_body)`

async function appendLarge({ query }: Stack): Promise<void> {
  for (const [kind, [count, output]] of OUTPUTS.entries()) {
    const from = `'p' || ${kind} || '_' || i AS id FROM generate_series(1, ${count}) AS i`
    await query(`INSERT INTO generation_jobs (id, prediction_id) SELECT id, id FROM (SELECT ${from}) AS p`)
    await query(
      `${APPEND} SELECT 'replicate', id, 'prediction.succeeded', id, now(), true,
        convert_to('{"id":"' || id || '","status":"succeeded","output":' || $1 || '}', 'UTF8') FROM (SELECT ${from}) AS p`,
      [output],
    )
  }
}

const appendOthers = ({ query }: Stack) =>
  query(`${APPEND} SELECT 'stripe', 'evt_' || i, 'customer.created', 'cus_' || i, now(), true,
      convert_to(jsonb_build_object('data', jsonb_build_object('object', jsonb_build_object(
        'id', 'cus_' || i, 'object', 'customer', 'email', 'a@example.com')))::text, 'UTF8')
    FROM generate_series(1, ${OTHERS}) AS i`)

const unsettled = async ({ query }: Stack, provider: string): Promise<number> => {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM webhook_events WHERE provider = $1 AND status = 'received'`,
    [provider],
  )
  return row?.count ?? 0
}

/** The most memory that a process ever had, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024
}

/** Guarantees that bodies of megabytes neither end a worker nor keep other events waiting. */
test(
  'a worker with the memory of the chart settles large bodies one by one, and others meanwhile',
  () =>
    withStack({ ingests: 0, workers: 0, env: { LOG_LEVEL: 'warn' } }, async (stack) => {
      await appendLarge(stack)
      await appendOthers(stack)
      const worker = await stack.start('worker', { env: { NODE_OPTIONS: HEAP } })

      await eventually(async () => expect(await unsettled(stack, 'stripe')).toBe(0), 180_000)
      expect(await unsettled(stack, 'replicate')).toBeGreaterThan(LARGE / 2)

      await eventually(async () => expect(await unsettled(stack, 'replicate')).toBe(0), 400_000)
      expect(await statuses(stack)).toEqual({ processed: LARGE + OTHERS })
      expect(await stack.query('SELECT id FROM webhook_events WHERE attempts > 0 OR crashes > 0')).toEqual([])
      expect(worker.output()).not.toMatch(/blocked|outage/i)
      const text = await (await fetch(`${worker.url}/metrics`)).text()
      expect(Number(/^webhook_events_apart_total\{reason="large"\} (\d+)/m.exec(text)?.[1])).toBeGreaterThanOrEqual(
        LARGE,
      )
      const peak = await peakMemory(worker.pid)
      console.log(`${LARGE} large bodies, at most ${Math.round(peak / 1_048_576)} MiB`)
      expect(peak).toBeLessThan(MEMORY_MAX)
    }),
  600_000,
)
