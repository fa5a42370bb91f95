import { hasPredictionEnded } from '@sluice/events'
import { predictionLifecycle } from '@sluice/simulator'

/** A new prediction or training in the state that the type names. */
export function replicateSample(type: string, id: string): string {
  const [kind, status = ''] = type.split('.')
  const states = predictionLifecycle({ seed: id, ...(hasPredictionEnded(status) && { ending: status }) })
  const bodies = states.map(({ body }) => JSON.parse(body))
  const prediction = bodies.find((body) => body.status === status) ?? { ...bodies[0], status }
  if (kind === 'training') prediction.urls.get = prediction.urls.get.replace('/predictions/', '/trainings/')
  return JSON.stringify(prediction)
}
