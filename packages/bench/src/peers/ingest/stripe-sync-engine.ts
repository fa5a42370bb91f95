import { createRequire } from 'node:module'
import express from 'express'
import { CONNECTIONS } from '../../plan.ts'
import { COUNT, listen, PATH, SECRET } from './listen.ts'

/**
 * The package's own example behind Express: verifies, writes the invoice into a schema of its own, and then answers.
 * https://github.com/supabase/stripe-sync-engine
 */
const { runMigrations, StripeSync }: typeof import('@supabase/stripe-sync-engine') = createRequire(import.meta.url)(
  '@supabase/stripe-sync-engine',
) // as a module, 0.48.5 does not find its migrations
const connectionString = process.env['DATABASE_URL'] ?? ''
await runMigrations({ databaseUrl: connectionString, schema: 'stripe' })
const sync = new StripeSync({
  poolConfig: { connectionString, max: CONNECTIONS },
  stripeSecretKey: 'sk_test_never_used',
  stripeWebhookSecret: SECRET,
})
const app = express()
let handled = 0

app.get(COUNT, (_request, response) => void response.json({ handled }))

app.post(PATH, express.raw({ type: 'application/json' }), async (request, response) => {
  await sync.processWebhook(request.body, String(request.headers['stripe-signature']))
  handled += 1
  response.json({ received: true })
})

listen(app)
