import {
  type CausedChange,
  eventBehind,
  type PersonRows,
  readCustomer,
  readHistory,
  readUser,
} from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { z } from 'zod'
import type { Person as SignedIn } from '../sign-in/people.ts'
import { generationFor } from './generations.ts'
import { emailsFor } from './masks.ts'
import { route } from './route.ts'
import { Person, PersonHistory } from './schemas/person.ts'
import { reasonOf } from './why.ts'

const query = z.object({ id: z.string().max(255) })

export const user = route({
  path: '/users/:id',
  query,
  answer: Person,
  read: async (reader, { id }, reading) => answerFor(reading, reader, await readUser(reader, id)),
})

export const customer = route({
  path: '/customers/:id',
  query,
  answer: Person,
  read: async (reader, { id }, reading) => answerFor(reading, reader, await readCustomer(reader, id)),
})

/** The state of a user after each commit, which a reader looks at without asking again. */
export const userHistory = route({
  path: '/users/:id/history',
  query,
  answer: PersonHistory,
  read: async (reader, { id }) => historyOf(reader, await readUser(reader, id)),
})

export const customerHistory = route({
  path: '/customers/:id/history',
  query,
  answer: PersonHistory,
  read: async (reader, { id }) => historyOf(reader, await readCustomer(reader, id)),
})

const historyOf = async (reader: Pool, person: PersonRows | null) => person && readHistory(reader, person)

const roleOf = ({ before, after, at, provider, eventId, type, cause }: CausedChange) => ({
  ...{ role: String(after), before: before === null ? null : String(before), at },
  ...{ provider, eventId, type, cause },
})

/** @param reading who reads it */
async function answerFor(reading: SignedIn, reader: Pool, person: PersonRows | null) {
  if (person === null) return null
  const { text, subscriptionId, ...reason } = reasonOf(person)
  const event = reason.event ?? (subscriptionId === null ? null : await eventBehind(reader, subscriptionId))
  return {
    ...person,
    emails: emailsFor(reading, person.emails),
    generations: person.generations.map((one) => generationFor(reading, one)),
    roleHistory: person.roles.map(roleOf),
    why: { text, event },
  }
}
