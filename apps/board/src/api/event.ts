import { type EventLife as Life, readEventLife } from '@sluice/database/inspect'
import { jobIdOf } from '@sluice/queue'
import { z } from 'zod'
import { jobPath } from '../bull-board/links.ts'
import { emailsFor } from './masks.ts'
import { route } from './route.ts'
import { EventLife } from './schemas/event-life.ts'

/** One event and all that became of it. */
export const event = route({
  path: '/events/:provider/:id',
  query: z.object({ provider: z.string().max(255), id: z.string().max(255) }),
  answer: EventLife,
  read: async (reader, { provider, id }, person) => {
    const life = await readEventLife(reader, provider, id)
    return (
      life && {
        ...life,
        effects: life.effects.map(withJob),
        emails: emailsFor(person, life.emails),
        ...notRecorded(life),
        links: linksOf(life.event),
      }
    )
  },
})

/** The row of the inbox stands for the first delivery, a dead letter for the last attempt. */
const notRecorded = ({ event, deadLetter }: Life) => ({
  deliveries: [{ receivedAt: event.receivedAt, outcome: 'accepted' as const }],
  attempts: deadLetter ? [{ number: deadLetter.attempts, failedAt: deadLetter.failedAt, error: deadLetter.error }] : [],
  changes: [],
  notRecorded: {
    deliveries: 'Only the first delivery is recorded; repeats are counted in the metrics.',
    attempts: 'Only the attempt that made it a dead letter is recorded.',
    changes: 'What a row was before is not recorded. The rows are shown as they are now.',
  },
})

/** The job of an effect that is done leaves the queue soon. */
const withJob = (effect: Life['effects'][number]) => {
  const isOpen = effect.status === 'pending' || effect.status === 'failed'
  return { ...effect, job: isOpen ? jobPath('effects', effect.id) : null }
}

function linksOf({ provider, eventId, livemode }: Life['event']) {
  const mode = livemode === false ? 'test/' : ''
  const isStripe = provider === 'stripe' && eventId.startsWith('evt_')
  return {
    job: jobPath('events', jobIdOf(provider, eventId)),
    provider: isStripe ? `https://dashboard.stripe.com/${mode}events/${encodeURIComponent(eventId)}` : null,
  }
}
