import { fileURLToPath } from 'node:url'
import express, { type RequestHandler, Router } from 'express'

/** The built page, seen from `src` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../dist/page/', import.meta.url))

const YEAR_MS = 365 * 86_400_000

/** The page of the console, for every address that a browser opens. Must be mounted behind the login and all other routes. */
export function page(): Router {
  const router = Router()
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
