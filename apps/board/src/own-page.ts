import type { RequestHandler } from 'express'
import { isByScript } from './sign-in/authenticate.ts'

/**
 * Lets in a write that a page of this board sends, which every browser says in a header that no page can set, or that a
 * script sends with HTTP Basic and without that header. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export const sentByOwnPage: RequestHandler = (request, response, next) => {
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || (site === undefined && isByScript(response))) return next()
  response.status(403).json({ error: 'forbidden' })
}
