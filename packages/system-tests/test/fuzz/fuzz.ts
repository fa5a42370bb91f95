import { connect } from '@sluice/database/pool'
import type { VerifiedEvent } from '@sluice/events'
import { createRandom } from '@sluice/simulator'
import { withPostgres } from '@sluice/testing'
import { startCoverage } from './coverage.ts'
import { createJudgeOfCommits, judge } from './laws.ts'
import { minimize } from './minimize.ts'
import { mutate } from './mutate.ts'
import { foundInputs, type Input, seedInputs } from './seeds.ts'

export interface FuzzOptions {
  seed: string
  /** Ends after so many inputs, or after so many minutes. */
  inputs: number
  minutes: number
  say?(line: string): void
}

export interface Finding {
  law: string
  input: Input
}

export interface FuzzResult {
  inputs: number
  events: number
  blocks: number
  corpus: number
  findings: Finding[]
}

const BATCH = 32
const SAY_EVERY_MS = 30_000

/**
 * Mutates bodies, keeps those that reach new code, and commits every event to a real Postgres. One finding for each law
 * that broke, reduced to the smallest body.
 */
export const fuzz = (options: FuzzOptions): Promise<FuzzResult> =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 4 })
    try {
      return await run(options, createJudgeOfCommits(pool))
    } finally {
      await pool.end()
    }
  })

async function run(
  { seed, inputs, minutes, say = () => {} }: FuzzOptions,
  commit: ReturnType<typeof createJudgeOfCommits>,
): Promise<FuzzResult> {
  const random = createRandom(seed)
  const corpus = [...foundInputs(), ...(await seedInputs())] as [Input, ...Input[]]
  const coverage = await startCoverage()
  const findings = new Map<string, Input>()
  const result = { inputs: 0, events: 0 }
  let batch: [Input, VerifiedEvent][] = []
  const until = performance.now() + minutes * 60_000
  let sayAt = performance.now() + SAY_EVERY_MS

  for (const original of corpus.slice()) await tryOne(original)
  while (result.inputs < inputs && performance.now() < until) {
    await tryOne(mutate(random.pick(corpus), random.pick(corpus), random))
    if (performance.now() < sayAt) continue
    sayAt += SAY_EVERY_MS
    say(`${result.inputs} inputs, ${result.events} events, ${coverage.seen()} blocks, ${findings.size} findings`)
  }
  await commitBatch()
  coverage.stop()
  const reduced = await Promise.all([...findings].map(([law, input]) => reduce(law, input)))
  return { ...result, blocks: coverage.seen(), corpus: corpus.length, findings: reduced }

  async function tryOne(input: Input): Promise<void> {
    result.inputs += 1
    const { broken, event } = judge(input, random)
    if (broken !== null) note(broken, input)
    if (event) {
      result.events += 1
      batch.push([input, event])
      if (batch.length === BATCH) await commitBatch()
    }
    if (result.inputs > 1 && (await coverage.newBlocks()) > 0) corpus.push(input)
  }

  async function commitBatch(): Promise<void> {
    const events = batch
    batch = []
    for (const [event, law] of await commit(events.map(([, event]) => event)))
      note(law, events.find(([, other]) => other === event)?.[0])
  }

  function note(law: string, input: Input | undefined): void {
    if (!input || findings.has(law)) return
    findings.set(law, input)
    say(`found: ${law}`)
  }

  async function reduce(law: string, input: Input): Promise<Finding> {
    const lawOf = async (candidate: Input) => {
      const { broken, event } = judge(candidate, createRandom('reduce'))
      if (broken !== null || !event) return broken
      return (await commit([event]))[0]?.[1] ?? null
    }
    return { law, input: await minimize(input, async (smaller) => (await lawOf(smaller)) === law) }
  }
}
