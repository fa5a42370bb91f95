import { createFigures, type Figure } from '../figures.ts'
import { startGenerator } from '../load/generate.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { createNumbers } from '../measure/numbers.ts'
import { agrees, type Sum } from '../sums.ts'
import { onStores } from '../world/on-stores.ts'
import { pin, places, placesOfSeveral, type SeveralPlaces } from '../world/places.ts'
import type { Stores } from '../world/stores.ts'
import { measureBacklogs } from './backlogs.ts'
import { measureCluster } from './cluster.ts'
import type { InboxPlan } from './inbox.ts'
import { measureIngests } from './ingests.ts'
import { QUICK_SCALE, SCALE, type ScalePlan } from './plan.ts'
import type { ScaleRun } from './run.ts'
import { measureWorkers } from './several.ts'

export interface ScaleReport {
  date: string
  machine: Machine
  /** Of the stores, as they told them. */
  settings: Record<string, string>
  places: SeveralPlaces
  plan: ScalePlan
  figures: Figure[]
  inbox: InboxPlan[]
  sums: { checked: number; wrong: Sum[] }
}

/**
 * Measures how cost grows with work, and what more processes bring. Nothing of it is left afterwards.
 * @throws where it is not built, or something cannot be started. Sums that disagree are in the report.
 */
export async function scale({ quick, say }: { quick: boolean; say(what: string): void }): Promise<ScaleReport> {
  const machine = describeMachine()
  return onStores((stores) => measure(stores, machine, quick ? QUICK_SCALE : SCALE, say))
}

async function measure(
  stores: Stores,
  machine: Machine,
  plan: ScalePlan,
  say: (what: string) => void,
): Promise<ScaleReport> {
  const figures = createFigures()
  const checked: Sum[] = []
  const run: ScaleRun = {
    ...{ plan, stores, numbers: createNumbers(), say, found: figures.add },
    check: (more) => checked.push(...more),
  }
  const several = placesOfSeveral(Math.max(...plan.processes))
  keepOn(stores, several.stores)
  const generator = startGenerator(stores.folder, several.generator)
  await measureIngests(run, generator, several.each)
  await measureCluster(run, generator, several)
  await generator.stop()
  await measureWorkers(run, several.each)

  const alone = places()
  keepOn(stores, alone.stores)
  const inbox = await measureBacklogs(run, alone.contender)

  return {
    ...{ date: new Date().toISOString().slice(0, 10), machine, settings: stores.settings, places: several, plan },
    ...{ figures: figures.all(), inbox },
    sums: { checked: checked.length, wrong: checked.filter((sum) => !agrees(sum)) },
  }
}

function keepOn(stores: Stores, cores: string | undefined): void {
  stores.place(cores)
  pin([process.pid], cores)
}
