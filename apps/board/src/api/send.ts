import { providerOf } from '@sluice/providers'
import { type Delivery, insertGenerationJobs, insertUsers, sampleTypes } from '@sluice/sending'
import { API_VERSIONS, seedStream, shuffle, withDuplicates } from '@sluice/simulator'
import { type Response, Router } from 'express'
import type { z } from 'zod'
import { sentByOwnPage } from '../own-page.ts'
import { curlOf, seedCommandOf, sendCommandOf } from '../send/commands.ts'
import { deliveryOf } from '../send/delivery-of.ts'
import { headersFor, insertRowsOf, type Sending, type SignAs, type Signed, sendAll } from '../send/sending.ts'
import { jsonBody } from './json-body.ts'
import { invalid, refuse } from './route.ts'
import { Sample, SampleQuery, SeedRequest, SendChoices, SendRequest, SendResult } from './schemas/send.ts'

const LISTED_MAX = 100

const BODY_MAX = '6mb'

/** The routes of the view Send. Mounted outside production alone, and behind the rules of all writes. */
export function send(sending: Sending): Router {
  const router = Router()
  const json = jsonBody(BODY_MAX)
  router.get('/send', (_request, response) => answer(response, SendChoices, choicesOf(sending)))
  router.get('/send/sample', async (request, response) => {
    const asked = SampleQuery.safeParse(request.query)
    if (!asked.success) return refuse(response, 400, invalid(asked.error))
    answer(response, Sample, await deliveryOf(asked.data))
  })
  router.post('/send', sentByOwnPage, json, async (request, response) => {
    const asked = SendRequest.safeParse(request.body)
    if (!asked.success) return refuse(response, 400, invalid(asked.error))
    const delivery = await deliveryOf(asked.data)
    const copies = asked.data.isDuplicate ? [delivery, delivery] : [delivery]
    await deliver(response, sending, copies, {
      as: asked.data,
      insertRows: (host) => insertRowsOf(host, delivery),
      command: sendCommandOf(asked.data, delivery),
    })
  })
  router.post('/send/lifecycles', sentByOwnPage, json, async (request, response) => {
    const asked = SeedRequest.safeParse(request.body)
    if (!asked.success) return refuse(response, 400, invalid(asked.error))
    const { seed, duplicates, isShuffled } = asked.data
    const { events, users, generationJobs } = seedStream(asked.data)
    const all = withDuplicates(events, duplicates, seed)
    await deliver(response, sending, isShuffled ? shuffle(all, seed) : all, {
      as: {},
      insertRows: (host) => insertUsers(host, users).then(() => insertGenerationJobs(host, generationJobs)),
      command: seedCommandOf(asked.data),
    })
  })
  return router
}

const answer = <Schema extends z.ZodType>(response: Response, schema: Schema, value: z.input<Schema>): void =>
  void response.set('Cache-Control', 'no-store').json(schema.parse(value))

const choicesOf = ({ secrets, host }: Sending): z.input<typeof SendChoices> => ({
  providers: sampleTypes().map((one) => ({
    ...one,
    canSign: secrets[one.provider] !== undefined || providerOf(one.provider).mayBeUnsigned,
  })),
  versions: [...API_VERSIONS],
  makesHostRows: host !== null,
})

interface How {
  as: SignAs
  /** Inserts what the host application would have. */
  insertRows(host: NonNullable<Sending['host']>): Promise<void>
  command: string | null
}

async function deliver(response: Response, sending: Sending, all: Delivery[], how: How): Promise<void> {
  const signed = all.flatMap((delivery) => {
    const headers = headersFor(sending, delivery, how.as)
    return headers ? [{ delivery, headers }] : []
  })
  if (signed.length < all.length) return refuse(response, 409, { error: 'no_secret', message: NO_SECRET })
  try {
    if (sending.host) await how.insertRows(sending.host)
  } catch {
    return refuse(response, 503, { error: 'unavailable', message: NO_ROWS })
  }
  try {
    answer(response, SendResult, await resultOf(sending, signed, how.command))
  } catch {
    refuse(response, 502, { error: 'ingest_unreachable', message: `Ingest does not answer at ${sending.ingestUrl}.` })
  }
}

const NO_SECRET = 'The board has no signing secret of this provider: give it the same variable as ingest.'

const NO_ROWS = 'No rows of your application could be inserted: see HOST_DATABASE_URL of the board. Nothing was sent.'

async function resultOf(sending: Sending, signed: Signed[], command: string | null) {
  const answers = await sendAll(sending, signed)
  const [first] = signed
  const accepted = answers.filter(({ status }) => status === 200)
  const duplicates = accepted.filter(({ body }) => body.duplicate).length
  return {
    sent: answers.slice(0, LISTED_MAX).map(({ delivery: { provider, id }, status, body }) => ({
      ...{ provider, id, status },
      outcome: body.error ?? (body.duplicate ? 'duplicate' : 'received'),
    })),
    ...{ count: answers.length, duplicates, command },
    recorded: accepted.length - duplicates,
    refused: answers.length - accepted.length,
    curl: first && signed.length <= 2 ? curlOf(sending.ingestUrl, first) : null,
  }
}
