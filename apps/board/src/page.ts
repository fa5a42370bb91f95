import { fileURLToPath } from 'node:url'
import express, { type RequestHandler, Router } from 'express'
import helmet from 'helmet'

/** The built page, seen from `src` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../dist/page/', import.meta.url))

const YEAR_MS = 365 * 86_400_000

/** The page of the console, for every address that a browser opens. Must be mounted behind the login and all other routes. */
export function page(): Router {
  const router = Router()
  router.use(pagePolicy)
  // Their names change with their content.
  router.use('/assets', express.static(`${FOLDER}assets`, { immutable: true, maxAge: YEAR_MS, index: false }))
  router.get('/licenses.md', (_request, response) =>
    response.type('text/plain').sendFile('licenses.md', { root: FOLDER }),
  )
  router.get('/{*address}', sendPage)
  return router
}

/** One file for all addresses: the page reads its own. Programs that ask for no HTML get a 404. */
const sendPage: RequestHandler = (request, response, next) => {
  if (request.accepts(['json', 'html']) !== 'html') return next()
  response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: FOLDER, cacheControl: false })
}

/** Nothing but our own files, and no script or style within the page, so that text from outside can never become code. */
const pagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:'],
    mediaSrc: ["'self'"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    frameSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
})
