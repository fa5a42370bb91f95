import { lightEvent } from '../event.ts'
import { appendEvents, type Backlog, enqueueRows } from '../world/backlog.ts'
import { createProgress, inWords } from './progress.ts'
import type { ScaleRun } from './run.ts'

/** Light events in inbox and queue, slice after slice. */
export async function layBacklog({ stores, plan, numbers, say }: ScaleRun, count: number): Promise<void> {
  const tell = createProgress(say, `laying a backlog of ${inWords(count)}`, count)
  for (let done = 0; done < count; done += plan.slice) {
    await layLight(stores, numbers(Math.min(plan.slice, count - done)), Math.min(plan.slice, count - done))
    tell(Math.min(done + plan.slice, count))
  }
}

/** Some of them at once. */
export async function layLight(stores: ScaleRun['stores'], number: number, count: number): Promise<Backlog> {
  const event = lightEvent()
  const rows = await appendEvents(stores, number, count, event)
  await enqueueRows(stores, rows, number, event)
  return rows
}
