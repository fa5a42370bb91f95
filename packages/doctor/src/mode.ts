import type { Deployment } from './deployment.ts'
import { type Finding, failed, good } from './finding.ts'

/** Whether LIVEMODE is set, where Stripe is used, and the Stripe key belongs to that mode: https://docs.stripe.com/keys */
export function checkMode({ production, livemode, stripeApiKey }: Deployment, usesStripe = true): Finding {
  const [, keyMode] = /^[sr]k_(live|test)_/.exec(stripeApiKey ?? '') ?? []
  if (livemode === undefined) {
    if (!usesStripe) return good('LIVEMODE', 'not set: Stripe is not used')
    if (!production) return good('LIVEMODE', 'not set: outside production, events of both modes are processed')
    return failed(
      'LIVEMODE',
      'It is not set, so test events are recorded, without access. Set true, or false on a test system.',
    )
  }
  if (livemode !== 'true' && livemode !== 'false') return failed('LIVEMODE', 'It should be true or false.')
  const wanted = livemode === 'true' ? 'live' : 'test'
  if (stripeApiKey && keyMode !== wanted) {
    return failed('LIVEMODE', `It is ${livemode}, but STRIPE_API_KEY is not a ${wanted} mode key: use the other key.`)
  }
  return good('LIVEMODE', `${livemode}${stripeApiKey ? `, and the API key belongs to ${wanted} mode` : ''}`)
}
