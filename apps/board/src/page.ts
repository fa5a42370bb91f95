import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { type RequestHandler, Router } from 'express'

/** The built page, seen from `src` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../dist/page/', import.meta.url))

const YEAR_MS = 365 * 86_400_000

/** The page of the console, for every address that a browser opens. Must be mounted behind the login and all other routes. */
export function page(base: string): Router {
  const router = Router()
  // Their names change with their content.
  router.use('/assets', express.static(`${FOLDER}assets`, { immutable: true, maxAge: YEAR_MS, index: false }))
  router.get('/licenses.md', (_request, response) =>
    response.type('text/plain').sendFile('licenses.md', { root: FOLDER }),
  )
  router.get('/{*address}', sendPage(base))
  return router
}

/** One file for all addresses: the page reads its own. Programs that ask for no HTML get a 404. */
function sendPage(base: string): RequestHandler {
  const html = readFileSync(`${FOLDER}index.html`, 'utf8').replaceAll('"./assets/', `"${base}/assets/`)
  return (request, response, next) => {
    if (request.accepts(['json', 'html']) !== 'html') return next()
    response.set('Cache-Control', 'no-cache').type('html').send(html)
  }
}
