import express from 'express'
import Stripe from 'stripe'
import { COUNT, listen, PATH, SECRET } from './listen.ts'

/** Stripe's own example, https://docs.stripe.com/webhooks/quickstart: verifies, answers, stores nothing. */
let handled = 0
const app = express()

app.get(COUNT, (_request, response) => void response.json({ handled }))

app.post(PATH, express.raw({ type: 'application/json' }), (request, response) => {
  try {
    Stripe.webhooks.constructEvent(request.body, request.headers['stripe-signature'] ?? '', SECRET)
  } catch {
    response.sendStatus(400)
    return
  }
  handled += 1
  response.json({ received: true })
})

listen(app)
