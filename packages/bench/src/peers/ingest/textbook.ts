import { Queue } from 'bullmq'
import express from 'express'
import { Redis } from 'ioredis'
import Stripe from 'stripe'
import { COUNT, listen, PATH, SECRET } from './listen.ts'

/**
 * The documented ways of Stripe and BullMQ combined: verify, add a job under the event's id, answer.
 * https://docs.stripe.com/webhooks/quickstart, https://docs.bullmq.io/guide/jobs/job-ids
 */
const queue = new Queue('stripe', { connection: new Redis(process.env['REDIS_URL'] ?? '') })
const app = express()

app.get(COUNT, async (_request, response) => {
  response.json({ handled: await queue.getWaitingCount() })
})

app.post(PATH, express.raw({ type: 'application/json' }), async (request, response) => {
  let event: ReturnType<typeof Stripe.webhooks.constructEvent>
  try {
    event = Stripe.webhooks.constructEvent(request.body, request.headers['stripe-signature'] ?? '', SECRET)
  } catch {
    response.sendStatus(400)
    return
  }
  await queue.add(event.type, event, { jobId: event.id })
  response.json({ received: true })
})

listen(app)
