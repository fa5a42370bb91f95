import type { SentEvent } from '@sluice/simulator'
import { type Stack, withStack } from '@sluice/testing'
import type { Payload } from '@sluice/testing/payloads'
import { addHostRows, allDone, sendAll } from './stack.ts'

interface Row {
  event_id: string
  status: string
  error: string | null
  attempts: number
}

/** Sends every payload once, each under an id of its own, and waits until all are handled. */
export const afterSending = (stripe: Payload[], replicate: Payload[], use: (results: Results) => Promise<void>) =>
  withStack({ env: { JOB_WAIT_SECONDS: '1' } }, async (stack) => {
    const events = [
      ...stripe.map((payload, index) => asSent('stripe', payload, index)),
      ...replicate.map((payload, index) => asSent('replicate', payload, index)),
    ]
    await addUserAndJobs(stack, replicate)
    const answers = await sendAll(stack, events)
    await allDone(stack, answers.filter(({ status }) => status === 200).length, 120_000)
    const rows = await stack.query<Row>('SELECT event_id, status, error, attempts FROM webhook_events')
    const deadLetters = await stack.query('SELECT event_id, type, error FROM webhook_dead_letters')
    await use({ events, statuses: answers.map(({ status }) => status), rows, deadLetters })
  })

export interface Results {
  events: SentEvent[]
  /** Of the answers, in the order of `events`. */
  statuses: number[]
  rows: Row[]
  deadLetters: unknown[]
}

/** Payloads share ids, so each gets an event id of its own; nothing else of its text changes. */
function asSent(provider: SentEvent['provider'], { name, body }: Payload, index: number): SentEvent {
  const { id, type, status } = JSON.parse(body.toString())
  const ownId = provider === 'stripe' ? `evt_payload_${index}` : `msg_payload_${index}`
  const text = body.toString()
  return {
    provider,
    id: ownId,
    type: type ?? `${name.split('.')[0]}.${status}`,
    at: new Date(),
    body: provider === 'stripe' ? text.replace(`"${id}"`, `"${ownId}"`) : text,
  }
}

async function addUserAndJobs(stack: Stack, replicate: Payload[]): Promise<void> {
  const predictions = [...new Set(replicate.map(({ body }) => String(JSON.parse(body.toString()).id)))]
  await addHostRows(stack, {
    users: [{ id: 'user_1', email: 'one@example.com' }],
    generationJobs: predictions.map((predictionId) => ({ id: `job_${predictionId}`, userId: 'user_1', predictionId })),
  })
}
