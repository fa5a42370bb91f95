import { type Handler, ignored, processed } from '@sluice/events'
import { originOf } from './object.ts'

/**
 * A connected account authorized the platform, was updated, or revoked its authorization.
 *
 * The event names the account; its object may be the application: https://docs.stripe.com/connect/webhooks
 */
export const onAccount: Handler = (event) => {
  const origin = originOf(event)
  if (!origin.account) return ignored('the event names no connected account')
  const deauthorized = event.type === 'account.application.deauthorized'
  const isAuthorization = event.type === 'account.application.authorized'
  return processed([
    {
      ...{ kind: 'connectedAccount', accountId: origin.account, deauthorized, ...origin },
      ...(isAuthorization && { isAuthorization }),
    },
  ])
}
