import { addGeneration } from './tables'

const api = process.env.REPLICATE_API_BASE ?? 'https://api.replicate.com'

/** Starts a prediction and returns the id of its row. */
export async function startPicture(userId: string, prompt: string): Promise<string> {
  const response = await fetch(`${api}/v1/models/black-forest-labs/flux-schnell/predictions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.REPLICATE_API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      input: { prompt },
      webhook: `${process.env.SLUICE_URL}/webhooks/replicate`,
      webhook_events_filter: ['start', 'completed'],
    }),
  })
  if (!response.ok) throw new Error(`Replicate answered with ${response.status}: ${await response.text()}`)
  const prediction = await response.json()
  const id = `${Date.now()}-${crypto.randomUUID()}`
  // A webhook that is faster than this row waits for it.
  await addGeneration({ id, user_id: userId, prediction_id: prediction.id })
  return id
}
