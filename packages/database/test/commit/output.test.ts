import { describe, expect, test } from '@jest/globals'
import type { Fact, OutputFact, OutputFile } from '@sluice/events'
import fc from 'fast-check'
import { outputMerge } from '../../src/merges/output.ts'
import { loadGeneration } from '../../src/records/index.ts'
import { at, prediction } from '../facts.ts'
import { itMerges, permutations, time } from '../merges/merge-laws.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const A = 'https://replicate.delivery/a.png'
const B = 'https://replicate.delivery/b.png'
const DATA = 'data:image/png;base64,AA=='

itMerges(
  'variant',
  outputMerge,
  fc.record({
    renderId: fc.constant('1'),
    assetKey: fc.constant('job_1/0'),
    pointer: fc.constant('/0'),
    idx: fc.integer({ min: 0, max: 1 }),
    url: fc.constantFrom(A, B, DATA),
    final: fc.boolean(),
    completedAt: fc.option(time),
  }),
)

const filesOf = (urls: string[]): OutputFile[] => urls.map((url, idx) => ({ pointer: `/${idx}`, idx, url }))

/** The facts of one webhook of a prediction. */
function look(
  status: Parameters<typeof prediction>[0],
  urls: string[] | null,
  completedAt: Date | null = null,
): Fact[] {
  const output: OutputFact[] =
    urls === null
      ? []
      : [{ kind: 'output', predictionId: 'p1', files: filesOf(urls), final: status !== 'processing', completedAt }]
  return [prediction(status, { output: urls, completedAt }), ...output]
}

const JOB = `INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`
const VARIANTS = `SELECT generation_job_id, idx, pointer, source_url, v.status, asset_key
  FROM variants v JOIN renders r ON r.id = v.render_id ORDER BY idx`
const EFFECTS = 'SELECT effect_key, kind, payload FROM outbox_messages ORDER BY effect_key'
const COUNTS = `SELECT (SELECT status FROM generation_jobs) AS status,
  (SELECT count(*)::int FROM renders) AS renders, (SELECT count(*)::int FROM variants) AS variants`

async function stateOf({ query }: TestWorker) {
  const effects = await query<{ effect_key: string }>(EFFECTS)
  return { counts: await query(COUNTS), variants: await query(VARIANTS), effects }
}

const clear = ({ query }: TestWorker) =>
  query(`TRUNCATE generation_jobs, renders, variants, outbox_messages RESTART IDENTITY`)

describe('the files of a job', () => {
  test('become one render and one variant each, and are copied once the job has ended', () =>
    withWorker(async (worker) => {
      await worker.query(JOB)
      await worker.handle({ facts: look('processing', [A]) })
      expect(await worker.query(EFFECTS)).toEqual([])

      await worker.handle({ facts: look('succeeded', [A, B], at(1)) })
      const { variants, effects } = await stateOf(worker)
      expect(variants).toMatchObject([
        { generation_job_id: 'job_1', idx: 0, pointer: '/0', source_url: A, status: 'pending' },
        { generation_job_id: 'job_1', idx: 1, pointer: '/1', source_url: B, status: 'pending' },
      ])
      expect(effects.map(({ effect_key }) => effect_key)).toEqual([
        expect.stringMatching(/^asset:job_1:[0-9a-f]{32}$/),
        expect.stringMatching(/^asset:job_1:[0-9a-f]{32}$/),
        'generation:job_1',
      ])
    }))

  test('that were shown before the job failed are copied too', () =>
    withWorker(async (worker) => {
      await worker.query(JOB)
      await worker.handle({ facts: look('processing', [A]) })
      await worker.handle({ facts: look('failed', null, at(1)) })
      const { variants, effects } = await stateOf(worker)
      expect(variants).toHaveLength(1)
      expect(effects.map(({ effect_key }) => effect_key.split(':')[0])).toEqual(['asset', 'generation'])
    }))

  test('are neither copied nor notified again once they are stored', () =>
    withWorker(async (worker) => {
      await worker.query(JOB)
      await worker.handle({ facts: look('succeeded', [A], at(1)) })
      await worker.query(`UPDATE variants SET status = 'stored', storage_key = asset_key`)
      const before = await stateOf(worker)
      for (let again = 0; again < 3; again += 1) await worker.handle({ facts: look('succeeded', [A], at(1)) })
      expect(await stateOf(worker)).toEqual(before)
    }))

  test('wait for the job that the host has not inserted yet', () =>
    withWorker(async (worker) => {
      expect(await worker.handle({ facts: look('succeeded', [A], at(1)) })).toMatchObject({ outcome: 'ignored' })
      expect((await stateOf(worker)).counts).toEqual([{ status: null, renders: 0, variants: 0 }])
    }))

  test('are none where the output is text, but the render exists', () =>
    withWorker(async (worker) => {
      await worker.query(JOB)
      await worker.handle({ facts: look('succeeded', [], at(1)) })
      expect((await stateOf(worker)).counts).toEqual([{ status: 'succeeded', renders: 1, variants: 0 }])
    }))

  test('that are too many are counted, and the greatest count stays', () =>
    withWorker(async (worker) => {
      await worker.query(JOB)
      const refusing = (filesRefused: number) =>
        look('succeeded', [A], at(1)).map((fact) => (fact.kind === 'output' ? { ...fact, filesRefused } : fact))
      for (const count of [3, 5, 4]) await worker.handle({ facts: refusing(count) })
      await worker.handle({ facts: look('succeeded', [A], at(1)) })
      expect(await worker.query('SELECT files_refused FROM renders')).toEqual([{ files_refused: 5 }])
      expect(await loadGeneration(worker.pool, 'job_1')).toMatchObject({ filesRefused: 5, files: [{ pointer: '/0' }] })
    }))

  test('get a safe key where the id of the job is no safe name', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('../../etc', 'p1')`)
      await worker.handle({ facts: look('succeeded', [A], at(1)) })
      const [variant] = await worker.query<{ asset_key: string }>(VARIANTS)
      expect(variant?.asset_key).toMatch(/^h\.[0-9a-f]{64}\/[0-9a-f]{32}$/)
    }))
})

test('an ending that contradicts another changes nothing, and is reported once, in every order', () =>
  withWorker(async (worker) => {
    for (const order of permutations([look('succeeded', [A], at(1)), look('canceled', null, at(2))])) {
      await clear(worker)
      await worker.query(JOB)
      const contradicted: boolean[] = []
      for (const facts of [...order, ...order, look('starting', null)]) {
        const settled = await worker.handle({ facts })
        contradicted.push(settled?.outcome === 'processed' && settled.event.contradicts === true)
      }
      expect(contradicted).toEqual([false, true, false, false, false])
      expect(await worker.query('SELECT status FROM generation_jobs')).toEqual([{ status: 'succeeded' }])
    }
  }))

test('every order of a prediction’s webhooks, repeated and with late endings, gives one state', () =>
  withWorker(async (worker) => {
    const shown = [look('starting', null), look('processing', null), look('processing', [A])]
    const looks = [...shown, look('succeeded', [A, B], at(1))]
    const late = [[], [look('canceled', null, at(2))], [look('failed', null, at(2))]]
    const states = new Map<string, number>()
    for (const order of late.flatMap((endings) => permutations([...looks, ...endings]))) {
      await clear(worker)
      await worker.query(JOB)
      for (const facts of [...order, ...order]) await worker.handle({ facts })
      const state = JSON.stringify(await stateOf(worker))
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    console.log(`${[...states.values()].reduce((sum, count) => sum + count, 0)} orders, ${states.size} state`)
    expect(states.size).toBe(1)
    expect(JSON.parse([...states.keys()][0] ?? '{}').counts).toEqual([{ status: 'succeeded', renders: 1, variants: 2 }])
  }))
