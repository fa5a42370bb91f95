import type { CrashPoint } from '@sluice/runtime/crash-point'
import { eventually } from '@sluice/testing'
import type { Fault, FaultContext } from '../fault.ts'
import { BUDGET } from './budgets.ts'

interface Crash extends Pick<Fault, 'id' | 'title'> {
  crashPoint: CrashPoint
  apps: 'ingests' | 'workers'
  /** The process dies when it reaches the point for this time. */
  times: number
}

const DEATHS = 4
const DEATHS_MS = 60_000

/** All processes of a kind but one die there, again and again. */
const crash = ({ id, title, crashPoint, apps, times }: Crash): Fault => ({
  id,
  title,
  crashPoint,
  budgetSeconds: BUDGET.deadWorker,
  env: { NODE_OPTIONS: '--conditions=crash-points' },
  inject: async (context) => {
    const doomed = context[apps].slice(1)
    await restartAll(doomed, { CRASH_AT: `${crashPoint}:${times}` })
    const deathsOf = () => doomed.reduce((sum, { ends }) => sum + ends.length - 1, 0)
    await eventually(() => {
      if (deathsOf() < DEATHS) throw new Error('too few')
    }, DEATHS_MS).catch(() => context.problems.push(`there were ${deathsOf()} deaths at ${crashPoint} of ${DEATHS}`))
    await restartAll(doomed, {})
  },
})

async function restartAll(apps: FaultContext['workers'], env: Record<string, string>): Promise<void> {
  for (const app of apps) app.change(env)
  await Promise.all(apps.map((app) => app.kill('SIGKILL')))
}

export const crashPoints: Fault[] = [
  crash({
    id: 'F2',
    title: 'A worker dies between the commit and its jobs for effects',
    crashPoint: 'after_commit',
    apps: 'workers',
    times: 5,
  }),
  crash({
    id: 'F2c',
    title: 'A worker dies between effects on Redis and their record',
    crashPoint: 'before_quick_effects_done',
    apps: 'workers',
    times: 5,
  }),
  crash({
    id: 'F2b',
    title: 'A worker dies before the queue hears that an event is done',
    crashPoint: 'before_complete',
    apps: 'workers',
    times: 5,
  }),
  crash({
    id: 'F3',
    title: 'A worker dies between an e-mail or file and its record',
    crashPoint: 'after_effect_call',
    apps: 'workers',
    times: 3,
  }),
  crash({
    id: 'F3b',
    title: 'A worker dies between an effect and its record',
    crashPoint: 'before_effect_done',
    apps: 'workers',
    times: 3,
  }),
  crash({
    id: 'F4',
    title: 'An ingest dies between the queue and its answer',
    crashPoint: 'after_enqueue',
    apps: 'ingests',
    times: 5,
  }),
  crash({
    id: 'F4b',
    title: 'An ingest dies between the inbox and the queue',
    crashPoint: 'after_append',
    apps: 'ingests',
    times: 5,
  }),
]
