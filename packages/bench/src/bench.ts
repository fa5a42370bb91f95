import { withHangingSmtp } from '@sluice/testing/stand-ins'
import { type Bar, barsOf } from './bars.ts'
import { createFigures, type Figure, type Figures } from './figures.ts'
import { startGenerator } from './load/generate.ts'
import { describeMachine, type Machine } from './machine.ts'
import { measureDocumentsDue } from './measure/documents-due.ts'
import { measureDrains } from './measure/drain.ts'
import { measureEndToEnd } from './measure/end-to-end.ts'
import { measureIngest } from './measure/ingest.ts'
import { createNumbers, type Run } from './measure/run.ts'
import { type Receiver, startReceivers } from './peers/ingest/index.ts'
import type { Writes } from './peers/worker/writes.ts'
import { FULL, type Plan, QUICK } from './plan.ts'
import { type Cores, coresApart, coresTogether, pin } from './setup/cores.ts'
import { onStores } from './setup/on-stores.ts'
import { agrees, type Sum } from './sums.ts'
import { fillTables } from './whole/fill.ts'
import { measureWholeWay } from './whole/measure-whole-way.ts'

export interface BenchOptions {
  /** One short round: shows that everything adds up, not how fast it is. */
  quick: boolean
  /** Settled payments in the tables for a second measurement from sender to commit. Default: none is done. */
  rows?: number | undefined
  /** Called with the name of each step. */
  say(what: string): void
}

export interface Report {
  date: string
  machine: Machine
  /** Settings read from the stores. */
  settings: Record<string, string>
  cores: { alone: Cores; together: Cores }
  plan: Plan
  figures: Figure[]
  bars: Bar[]
  sums: { checked: number; wrong: Sum[] }
}

/**
 * Measures all peers in turn, on the same stores, and removes everything afterwards.
 * @throws when the apps are not built or a process does not start. Sums that disagree are in the report.
 */
export async function bench({ quick, rows = 0, say }: BenchOptions): Promise<Report> {
  const machine = describeMachine()
  const plan = quick ? QUICK : FULL
  return onStores((stores) =>
    withHangingSmtp({}, (smtp) =>
      measure(
        { stores, plan, numbers: createNumbers(), smtpUrl: smtp.url, mails: () => smtp.messages, say },
        machine,
        rows,
      ),
    ),
  )
}

type Given = Pick<Run, 'stores' | 'plan' | 'numbers' | 'smtpUrl' | 'mails' | 'say'>

async function measure(given: Given, machine: Machine, rows: number): Promise<Report> {
  const { stores, plan } = given
  const figures = createFigures()
  const checked: Sum[] = []
  const alone = coresApart()
  const together = coresTogether()
  stores.moveTo(alone.stores)
  pin([process.pid], alone.stores)
  const generator = startGenerator(stores.folder, alone.generator)
  const receivers = await startReceivers(stores, alone.measured)
  const run: Run = {
    ...{ ...given, generator, cores: alone },
    found: figures.add,
    check: (more) => checked.push(...more),
  }

  await measureIngest(run, receivers)
  const writes = await measureDrains(run)
  stores.moveTo(together.stores)
  pin([process.pid], together.stores)
  pin([generator.pid], together.generator)
  for (const { server } of receivers) pin([server.pid], together.measured)
  await measureTogether({ ...run, cores: together }, figures, receivers, writes, rows)

  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    settings: stores.settings,
    cores: { alone, together },
    plan,
    figures: figures.all(),
    bars: barsOf(figures.median),
    sums: { checked: checked.length, wrong: checked.filter((sum) => !agrees(sum)) },
  }
}

/** Measures ingest and worker at the same time: as fast as they can, and at fixed rates. */
async function measureTogether(
  run: Run,
  { median }: Figures,
  receivers: Receiver[],
  writes: Writes,
  rows: number,
): Promise<void> {
  const { stores, plan } = run
  await measureWholeWay(run, receivers, { prefix: '', empty: stores.empty })
  const ofBoth = Math.min(median('ingest, ours, events/s'), median('worker, ours, events/s'))
  const emailed = median('whole way, ours, receipt, effects/s')
  await measureEndToEnd(run, receivers, writes, { areEffectsOn: true, ceiling: Math.min(ofBoth, 2 * emailed) })
  await measureEndToEnd(run, receivers, writes, { areEffectsOn: false, ceiling: ofBoth })
  if (plan.documentsDue) await measureDocumentsDue(run, receivers, plan.documentsDue)
  if (rows === 0) return
  await fillTables(run, writes, rows)
  const prefix = `with ${rows.toLocaleString('en-US')} payments, `
  await measureWholeWay(run, receivers, { prefix, empty: stores.emptyRedis })
}
