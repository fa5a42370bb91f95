import { createFigures, type Figure } from '../figures.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { createNumbers } from '../measure/run.ts'
import { coresApart, pin } from '../setup/cores.ts'
import { onStores } from '../setup/on-stores.ts'
import type { Stores } from '../setup/stores.ts'
import { agrees, type Sum } from '../sums.ts'
import { measureAnswers, type RouteAnswers } from './answers.ts'
import { CONSOLE, type ConsolePlan, type ConsoleRun, QUICK_CONSOLE } from './plan.ts'
import { measureRates } from './rates.ts'

export interface ConsoleReport {
  date: string
  machine: Machine
  /** Settings read from the stores. */
  settings: Record<string, string>
  plan: ConsolePlan
  figures: Figure[]
  answers: RouteAnswers[]
  sums: { checked: number; wrong: Sum[] }
}

/**
 * Measures how soon a board on a large database answers, and what a board costs ingest and worker. Removes everything
 * afterwards.
 *
 * @throws when the apps are not built or a process does not start. Sums that disagree are in the report.
 */
export async function measureConsole({
  quick,
  say,
}: {
  quick: boolean
  say(what: string): void
}): Promise<ConsoleReport> {
  const machine = describeMachine()
  return onStores((stores) => measure(stores, machine, quick ? QUICK_CONSOLE : CONSOLE, say))
}

async function measure(
  stores: Stores,
  machine: Machine,
  plan: ConsolePlan,
  say: (what: string) => void,
): Promise<ConsoleReport> {
  const figures = createFigures()
  const checked: Sum[] = []
  const cores = coresApart()
  const run: ConsoleRun = {
    ...{ plan, stores, cores, numbers: createNumbers(), say, found: figures.add },
    check: (more) => checked.push(...more),
  }
  const answers = await measureAnswers(run)
  stores.moveTo(cores.stores)
  pin([process.pid], cores.stores)
  await measureRates(run)
  return {
    ...{ date: new Date().toISOString().slice(0, 10), machine, settings: stores.settings, plan },
    ...{ figures: figures.all(), answers },
    sums: { checked: checked.length, wrong: checked.filter((sum) => !agrees(sum)) },
  }
}
