import Stripe from 'stripe'
import type { User } from './tables'
import { url } from './url'

const api = new URL(process.env.STRIPE_API_BASE ?? 'https://api.stripe.com')

const stripe = new Stripe(process.env.STRIPE_API_KEY ?? '', {
  host: api.hostname,
  port: api.port || 443,
  protocol: api.protocol === 'http:' ? 'http' : 'https',
})

/**
 * Starts a checkout and returns its address.
 *
 * @param customer of an earlier purchase, so that no second one is made
 */
export async function openCheckout(user: User, customer: string | undefined): Promise<string> {
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: 1_900,
          recurring: { interval: 'month' },
          product_data: { name: 'Pro' },
        },
      },
    ],
    // By these, Sluice knows whose purchase it is.
    client_reference_id: user.id,
    subscription_data: { metadata: { user_id: user.id } },
    ...(customer ? { customer } : { customer_email: user.email ?? undefined }),
    success_url: `${url}/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: url,
  })
  return session.url ?? url
}

/** The address of Stripe's page where a customer changes cards, cancels, and finds invoices. */
export async function openPortal(customer: string): Promise<string> {
  const session = await stripe.billingPortal.sessions.create({ customer, return_url: url })
  return session.url
}
