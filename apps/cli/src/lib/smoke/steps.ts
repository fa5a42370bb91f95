import { replay } from '@sluice/database/replay'
import { stripe } from '@sluice/providers'
import { type Answer, type Delivery, insertGenerationJobs, post } from '@sluice/sending'
import { deliver } from '../delivery.ts'
import { readPreviewRules } from '../replay/preview-rules.ts'
import { follow, type Trace } from '../trace.ts'
import type { Run } from './run.ts'
import { arrival, trigger } from './stripe-cli.ts'

/** Each step throws an error with an explanation if it fails. */
type Steps = Record<string, (run: Run) => Promise<void>>

/** Must run in this order, because they build on each other. */
export const stepsOf = (stripeCli: boolean): Steps => ({ ...(stripeCli ? TRIGGERED : SIGNED), ...STEPS })

const SIGNED: Steps = {
  'a signed event is processed': async (run) => {
    expectAnswer(await send(run, run.payment), { status: 200, duplicate: false })
    const { payments, ledgerEntries } = await processed(run, run.payment)
    expectThat(payments.length === 1, `it made ${payments.length} payments instead of one`)
    expectThat(isBalanced(ledgerEntries), 'its ledger entries do not balance')
  },
}

const TRIGGERED: Steps = {
  'an event of stripe trigger is processed': async (run) => {
    await trigger(run)
    run.payment = await arrival(run)
    await processed(run, run.payment)
  },
}

const STEPS: Steps = {
  'the same event again is answered as a duplicate and changes nothing': async (run) => {
    const before = await processed(run, run.payment)
    expectAnswer(await send(run, run.payment), { status: 200, duplicate: true })
    expectSame(before, await processed(run, run.payment))
  },
  'a forged event is refused and not recorded': async (run) => {
    const headers = stripe.sign(run.forged.body, 'whsec_of_somebody_else')
    expectAnswer(await post(run.forged, run.to, headers), { status: 400 })
    expectThat((await follow(run.pool, run.forged, 0)) === null, 'it is in the inbox')
  },
  'a failed prediction can be replayed': (run) => replayed(run, run.failed, 'failed'),
  'a succeeded prediction can be replayed': (run) => replayed(run, run.succeeded, 'succeeded'),
}

const send = (run: Run, delivery: Delivery) => deliver(delivery, run.to, run.settings)

/** Long enough for the sweeper, which enqueues replayed events once per interval. */
const DEADLINE_MS = 30_000

async function replayed(run: Run, delivery: Delivery, status: string): Promise<void> {
  const predictionId = JSON.parse(delivery.body).id
  await insertGenerationJobs(run.pool, [{ id: `smoke_${predictionId}`, userId: null, predictionId }])
  expectAnswer(await send(run, delivery), { status: 200, duplicate: false })
  const before = await processed(run, delivery)
  expectThat(before.generationJobs[0]?.status === status, `the generation job did not become ${status}`)

  await replay(run.pool, { ids: [delivery.id] }, readPreviewRules())
  expectSame(before, await processed(run, delivery))
}

async function processed(run: Run, delivery: Delivery): Promise<Trace> {
  expectThat((await follow(run.pool, delivery, 0)) !== null, 'it is not in the inbox')
  const trace = await follow(run.pool, delivery, DEADLINE_MS)
  if (trace?.status === 'processed') return trace
  if (trace?.error) throw new Error(`it is ${trace.status}: ${trace.error}`)
  throw new Error(`it is still ${trace?.status} after ${DEADLINE_MS / 1000} s. Is a worker running?`)
}

function expectAnswer({ status, body }: Answer, wanted: { status: number; duplicate?: boolean }): void {
  expectThat(status === wanted.status, `ingest answered ${status} ${body.error ?? ''} instead of ${wanted.status}`)
  if (wanted.duplicate === undefined) return
  expectThat(body.duplicate === wanted.duplicate, `ingest said duplicate: ${body.duplicate}`)
}

/** Compares everything except the duration. */
function expectSame({ seconds: _before, ...before }: Trace, { seconds: _after, ...after }: Trace): void {
  expectThat(JSON.stringify(before) === JSON.stringify(after), 'it changed what was there')
}

function isBalanced(entries: Trace['ledgerEntries']): boolean {
  const signed = entries.map(({ direction, amount }) => (direction === 'debit' ? amount : -amount))
  return entries.length > 0 && signed.reduce((sum, amount) => sum + amount, 0) === 0
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
