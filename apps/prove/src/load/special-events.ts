import { LIFECYCLES, predictionLifecycle, type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import type { FaultContext } from '../fault.ts'
import type { HostRows } from './plan.ts'

/** Users of the host, with their names as ids, and one running prediction each. */
export function hostRowsOf(name: string, count: number): Required<HostRows> {
  const ids = Array.from({ length: count }, (_, index) => `${name}${index}`)
  return {
    users: ids.map((id) => ({ id: `user_${id}`, email: `${id}@example.com` })),
    generationJobs: ids.map((id) => ({ id: `job_${id}`, userId: `user_${id}`, predictionId: `pred${id}` })),
  }
}

/** The end of a user's prediction with this output. */
export function predictionOf(name: string, index: number, output: unknown): SentEvent {
  const predictionId = `pred${name}${index}`
  const end = predictionLifecycle({ seed: predictionId, predictionId, output: 'text' }).at(-1)
  if (!end) throw new Error('a prediction has an end')
  return { ...end, body: JSON.stringify({ ...JSON.parse(end.body), output }) }
}

/** A user subscribes, pays and renews. @param change of each event's object */
export function lifecycleOf(
  name: string,
  index: number,
  change: (body: string) => string = (body) => body,
  steps: Parameters<typeof subscriptionLifecycle>[0]['steps'] = LIFECYCLES['checkout to renewal'].steps,
): SentEvent[] {
  const id = `${name}${index}`
  const events = subscriptionLifecycle({ seed: id, userId: `user_${id}`, email: `${id}@example.com`, steps })
  return events.map((event) => ({ ...event, body: change(event.body) }))
}

/** Sends events so that only a few are under way, each after the answer to an earlier one. */
export async function sendInTurn(
  { traffic }: Pick<FaultContext, 'traffic'>,
  events: Iterable<SentEvent>,
  atOnce = 4,
): Promise<void> {
  const left = events[Symbol.iterator]()
  const sendRest = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await traffic.send(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, sendRest))
}
