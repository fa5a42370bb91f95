import { type Bar, barsOf } from './bars.ts'
import { createFigures, type Figure } from './figures.ts'
import { startGenerator } from './load/generate.ts'
import { describeMachine, type Machine } from './machine.ts'
import { measureDrains } from './measure/drain.ts'
import { measureEndToEnd } from './measure/end-to-end.ts'
import { measureIngest } from './measure/ingest.ts'
import { createNumbers, type Run } from './measure/run.ts'
import { startReceivers } from './peers/ingest/index.ts'
import { FULL, type Plan, QUICK } from './plan.ts'
import { type Cores, coresApart, coresTogether, pin } from './setup/cores.ts'
import { onStores } from './setup/on-stores.ts'
import type { Stores } from './setup/stores.ts'
import { agrees, type Sum } from './sums.ts'

export interface BenchOptions {
  /** One short round: shows that everything adds up, not how fast it is. */
  quick: boolean
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
export async function bench({ quick, say }: BenchOptions): Promise<Report> {
  const machine = describeMachine()
  return onStores((stores) => measure(stores, machine, quick ? QUICK : FULL, say))
}

async function measure(stores: Stores, machine: Machine, plan: Plan, say: (what: string) => void): Promise<Report> {
  const figures = createFigures()
  const checked: Sum[] = []
  const alone = coresApart()
  const together = coresTogether()
  stores.moveTo(alone.stores)
  pin([process.pid], alone.stores)
  const generator = startGenerator(stores.folder, alone.generator)
  const receivers = await startReceivers(stores, alone.measured)
  const run: Run = {
    ...{ plan, stores, generator, cores: alone, numbers: createNumbers(), say },
    found: figures.add,
    check: (more) => checked.push(...more),
  }

  await measureIngest(run, receivers)
  const writes = await measureDrains(run)
  const ceiling = Math.min(figures.median('ingest, ours, events/s'), figures.median('worker, ours, events/s'))
  stores.moveTo(together.stores)
  pin([process.pid], together.stores)
  pin([generator.pid], together.generator)
  for (const { server } of receivers) pin([server.pid], together.measured)
  await measureEndToEnd({ ...run, cores: together }, receivers, writes, ceiling)

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
