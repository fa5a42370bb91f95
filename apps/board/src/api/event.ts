import { type EventLife as Life, readEventLife } from '@sluice/database/inspect'
import { jobIdOf } from '@sluice/queue'
import { z } from 'zod'
import { jobPath } from '../bull-board/links.ts'
import { actionFor, emailsFor } from './masks.ts'
import { route } from './route.ts'
import { EventLife } from './schemas/event-life.ts'

/** One event and all that became of it. */
export const event = route({
  path: '/events/:provider/:id',
  query: z.object({ provider: z.string().max(255), id: z.string().max(255) }),
  answer: EventLife,
  read: async (reader, { provider, id }, person) => {
    const life = await readEventLife(reader, provider, id)
    if (life === null) return null
    return {
      ...life,
      deliveries: deliveriesOf(life),
      attempts: attemptsOf(life),
      effects: life.effects.map(withJob),
      emails: emailsFor(person, life.emails),
      actions: life.actions.map((one) => actionFor(person, one)),
      ...NOT_RECORDED,
      links: linksOf(life.event),
    }
  },
})

/** The row of the inbox stands for the first delivery. */
const deliveriesOf = ({ event: { receivedAt }, repeats }: Life) => [
  { receivedAt, outcome: 'accepted' as const, addressNet: null, bytes: null, bodyHash: null, answeredMs: null },
  ...repeats.map((repeat) => ({ ...repeat, outcome: 'duplicate' as const })),
]

/** A dead letter of an older version stands for its last attempt. */
function attemptsOf({ attempts, deadLetter }: Life) {
  if (!deadLetter || attempts.some(({ effectKey }) => effectKey === null)) return attempts
  const { attempts: number, failedAt, error, fingerprint } = deadLetter
  const last = { number, effectKey: null, startedAt: null, failedAt, error, fingerprint, isLast: true, traceId: null }
  return [...attempts, last]
}

const NOT_RECORDED = {
  notRecorded: {
    deliveries: 'A refused request belongs to no event, since nobody has verified what it says.',
    changes:
      'Roles, and the states of subscriptions, payments, invoices, refunds, disputes and generations. Of a subscription also its price, quantity and period. Roles that the host application gives are not seen.',
  },
}

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
