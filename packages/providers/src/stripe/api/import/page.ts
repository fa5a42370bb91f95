import { z } from 'zod'
import type { StripeApi } from '../client.ts'
import { StripeApiError } from '../error.ts'
import { fetchWithRetry } from '../fetch-with-retry.ts'
import type { StripeObject } from './imported-object.ts'

const Body = z.object({ data: z.array(z.record(z.string(), z.unknown())), has_more: z.boolean().catch(false) })

export interface Page {
  objects: StripeObject[]
  /** The id after which the next page begins; null if this is the last one. */
  next: string | null
  /** See `Fetched.date`. */
  date: Date
}

export interface PageQuestion {
  path: string
  query?: string | undefined
  account: string | null
  /** Created at this time or later; default: all. */
  since?: Date | null | undefined
  /** `next` of the page before. */
  after?: string | null | undefined
}

const LIMIT_MAX = 100

/**
 * Waits in milliseconds while Stripe is unavailable, 4 minutes in all: an import that takes hours meets more than a
 * request does.
 */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000]
/** A longer `Retry-After` ends the import, which can be continued. */
const MAX_WAIT_MS = 600_000

/**
 * One page of a list, newest first: https://docs.stripe.com/api/pagination
 * @throws {StripeApiError}
 */
export async function fetchPage(api: StripeApi, question: PageQuestion, limit = LIMIT_MAX): Promise<Page> {
  const { path, query, account, since, after } = question
  const parameters = [
    `limit=${limit}`,
    ...(query ? [query] : []),
    ...(since ? [`created[gte]=${Math.floor(since.getTime() / 1000)}`] : []),
    ...(after ? [`starting_after=${encodeURIComponent(after)}`] : []),
  ]
  const { object, date } = await fetchWithRetry(
    api,
    `${path}?${parameters.join('&')}`,
    { account },
    WAITS_MS,
    MAX_WAIT_MS,
  )
  if (object === null && after) throw new StripeApiError('stripe_refused', 'Stripe lost the place in a list', 0, 404)
  const { data, has_more } = object === null ? { data: [], has_more: false } : readBody(object)
  const last = data.at(-1)?.['id']
  return { objects: data, next: has_more && typeof last === 'string' ? last : null, date }
}

/** The rest of a list must not be taken for read because something else answered. */
function readBody(object: object): z.output<typeof Body> {
  const { data } = Body.safeParse(object)
  if (!data) throw new StripeApiError('stripe_unavailable', 'Stripe answered without a list')
  return data
}

/** A list may show an object for a moment after it was deleted. */
const SAME_PLACE_MAX = 5

/**
 * Every page of a list, one after another. If the object was deleted after which the next page begins, the list is read
 * from its beginning again: what was imported already has the same ids.
 *
 * @throws {StripeApiError} also if the list leads to the same lost place again and again
 */
export async function* eachPage(api: StripeApi, question: PageQuestion): AsyncGenerator<Page> {
  let after = question.after
  const lost: unknown[] = []
  do {
    const page = await fetchPage(api, { ...question, after }).catch((error: unknown) => {
      const isStuck = lost.filter((place) => place === after).length >= SAME_PLACE_MAX
      if (!after || !isMissing(error) || isStuck) throw error
      lost.push(after)
      return fetchPage(api, { ...question, after: null })
    })
    yield page
    after = page.next
  } while (after)
}

/** Whether an object that a request names was deleted meanwhile. */
export const isMissing = (error: unknown): boolean =>
  error instanceof StripeApiError && (error.status === 400 || error.status === 404)
