import { lightEvent } from '../event.ts'
import { appendEvents, type Backlog, enqueueRows } from '../setup/backlog.ts'
import type { ScaleRun } from './plan.ts'
import { createProgress, inWords } from './progress.ts'

/** Adds light events to inbox and queue, slice by slice. */
export async function fillBacklog({ stores, plan, numbers, say }: ScaleRun, count: number): Promise<void> {
  const tell = createProgress(say, `filling a backlog of ${inWords(count)}`, count)
  for (let done = 0; done < count; done += plan.slice) {
    await addLightEvents(stores, numbers(Math.min(plan.slice, count - done)), Math.min(plan.slice, count - done))
    tell(Math.min(done + plan.slice, count))
  }
}

/** Adds one slice. */
export async function addLightEvents(stores: ScaleRun['stores'], number: number, count: number): Promise<Backlog> {
  const event = lightEvent()
  const rows = await appendEvents(stores, number, count, event)
  await enqueueRows(stores, rows, number, event)
  return rows
}
