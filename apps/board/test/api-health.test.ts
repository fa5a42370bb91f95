import { expect, test } from '@jest/globals'
import { PROCESS_ROWS } from './console-rows.ts'
import { withBoard, withConsole } from './with-board.ts'

interface Health {
  stores: { name: string; reason: string | null }[]
  examination: { at: string | null; findings: { check: string; verdict: string }[] } | null
  processes: { app: string; isLate: boolean; load: object | null }[] | null
  secrets: { provider: string; characters: number[]; matchedAt: string | null }[] | null
  queues: { name: string; waiting: number; oldestSeconds: number | null }[] | null
}

test('health shows what a worker found, who lives, what waits, and of secrets only their length', () =>
  withConsole(async ({ database, read, events }) => {
    expect(await read<Health>('/health')).toMatchObject({ examination: { at: null, findings: [] }, processes: [] })
    await database.query(PROCESS_ROWS)
    await events.add('invoice.paid', {}, { timestamp: Date.now() - 60_000 })

    const { stores, examination, processes, secrets, queues } = await read<Health>('/health')
    expect(stores).toEqual([{ name: 'redis', reason: null }])
    expect(examination?.findings.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['Stripe endpoint', 'failed'],
      ['Dead letters', 'found'],
      ['Eviction', 'good'],
      ['SMTP_URL', 'skipped'],
    ])
    expect(processes?.map(({ app, isLate, load }) => [app, isLate, load !== null])).toEqual([
      ['ingest', false, false],
      ['worker', false, true],
      ['worker', true, true],
    ])
    expect(secrets?.map(({ provider, characters, matchedAt }) => [provider, characters, matchedAt])).toEqual([
      ['stripe', [38, 38], '2026-11-29T01:02:03.000Z'],
      ['replicate', [], null],
    ])
    const [waits] = queues?.filter(({ waiting }) => waiting > 0) ?? []
    expect(waits).toMatchObject({ name: events.name, waiting: 1 })
    expect(waits?.oldestSeconds).toBeGreaterThanOrEqual(60)
  }))

test('health answers while Postgres does not', () =>
  withBoard(async ({ fetch }) => {
    const health = (await (await fetch('/api/health')).json()) as Health
    expect(health).toMatchObject({ examination: null, processes: null, secrets: null })
    expect(health.queues?.length).toBeGreaterThan(0)
  }))
