import { createFigures, type Figure } from '../figures.ts'
import { startGenerator } from '../load/generate.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { createNumbers } from '../measure/run.ts'
import { coresApart, coresOfSeveral, pin, type SeveralCores } from '../setup/cores.ts'
import { onStores } from '../setup/on-stores.ts'
import type { Stores } from '../setup/stores.ts'
import { agrees, type Sum } from '../sums.ts'
import { measureBacklogs } from './backlogs.ts'
import { measureCluster } from './cluster.ts'
import type { InboxPlan } from './inbox.ts'
import { measureIngests } from './ingests.ts'
import { QUICK_SCALE, SCALE, type ScalePlan, type ScaleRun } from './plan.ts'
import { measureWorkers } from './several.ts'

export interface ScaleReport {
  date: string
  machine: Machine
  /** Settings read from the stores. */
  settings: Record<string, string>
  cores: SeveralCores
  plan: ScalePlan
  figures: Figure[]
  inbox: InboxPlan[]
  sums: { checked: number; wrong: Sum[] }
}

/**
 * Measures how cost grows with work, and what more processes add. Removes everything afterwards.
 * @throws when the apps are not built or a process does not start. Sums that disagree are in the report.
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
  const several = coresOfSeveral(Math.max(...plan.processes))
  keepOn(stores, several.stores)
  const generator = startGenerator(stores.folder, several.generator)
  await measureIngests(run, generator, several.each)
  await measureCluster(run, generator, several)
  await generator.stop()
  await measureWorkers(run, several.each)

  const alone = coresApart()
  keepOn(stores, alone.stores)
  const inbox = await measureBacklogs(run, alone.measured)

  return {
    ...{ date: new Date().toISOString().slice(0, 10), machine, settings: stores.settings, cores: several, plan },
    ...{ figures: figures.all(), inbox },
    sums: { checked: checked.length, wrong: checked.filter((sum) => !agrees(sum)) },
  }
}

function keepOn(stores: Stores, cores: string | undefined): void {
  stores.moveTo(cores)
  pin([process.pid], cores)
}
