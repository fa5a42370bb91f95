import { type Bar, barsOf } from './bars.ts'
import { startReceivers } from './contenders/ingest/index.ts'
import { createFigures, type Figure } from './figures.ts'
import { startGenerator } from './load/generate.ts'
import { describeMachine, type Machine } from './machine.ts'
import { measureDrains } from './measure/drain.ts'
import { measureEndToEnd } from './measure/end-to-end.ts'
import { measureIngest } from './measure/ingest.ts'
import { createNumbers } from './measure/numbers.ts'
import type { Run } from './measure/run.ts'
import { FULL, type Plan, QUICK } from './plan.ts'
import { agrees, type Sum } from './sums.ts'
import { onStores } from './world/on-stores.ts'
import { type Places, pin, places, placesTogether } from './world/places.ts'
import type { Stores } from './world/stores.ts'

export interface BenchOptions {
  /** Everything once and briefly: to see that it adds up, not how fast it is. */
  quick: boolean
  /** Told of what is measured next. */
  say(what: string): void
}

export interface Report {
  date: string
  machine: Machine
  /** Of the stores, as they told them. */
  settings: Record<string, string>
  places: { alone: Places; together: Places }
  plan: Plan
  figures: Figure[]
  bars: Bar[]
  sums: { checked: number; wrong: Sum[] }
}

/**
 * Measures every contender in one run, in turn, on the same stores. Nothing of it is left afterwards.
 * @throws where it is not built, or something cannot be started. Sums that disagree are in the report.
 */
export async function bench({ quick, say }: BenchOptions): Promise<Report> {
  const machine = describeMachine()
  return onStores((stores) => measure(stores, machine, quick ? QUICK : FULL, say))
}

async function measure(stores: Stores, machine: Machine, plan: Plan, say: (what: string) => void): Promise<Report> {
  const figures = createFigures()
  const checked: Sum[] = []
  const alone = places()
  const together = placesTogether()
  stores.place(alone.stores)
  pin([process.pid], alone.stores)
  const generator = startGenerator(stores.folder, alone.generator)
  const receivers = await startReceivers(stores, alone.contender)
  const run: Run = {
    ...{ plan, stores, generator, places: alone, numbers: createNumbers(), say },
    found: figures.add,
    check: (more) => checked.push(...more),
  }

  await measureIngest(run, receivers)
  const writes = await measureDrains(run)
  const ceiling = Math.min(figures.median('ingest, ours, events/s'), figures.median('worker, ours, events/s'))
  stores.place(together.stores)
  pin([process.pid], together.stores)
  pin([generator.pid], together.generator)
  for (const { server } of receivers) pin([server.pid], together.contender)
  await measureEndToEnd({ ...run, places: together }, receivers, writes, ceiling)

  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    settings: stores.settings,
    places: { alone, together },
    plan,
    figures: figures.all(),
    bars: barsOf(figures.median),
    sums: { checked: checked.length, wrong: checked.filter((sum) => !agrees(sum)) },
  }
}
