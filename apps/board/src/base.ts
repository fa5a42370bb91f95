import type { RequestHandler, Response } from 'express'

/** Path in front of all addresses of the board: `/sluice`, or empty. */
export const baseOf = (url: string | undefined): string =>
  url === undefined ? '' : new URL(url).pathname.replace(/\/$/, '')

/** Keeps how people reach the board with each request. */
export const keepBase =
  (base: string, url: string | undefined): RequestHandler =>
  (_request, { locals }, next) => {
    locals['base'] = base
    locals['host'] = url && new URL(url).host
    next()
  }

/** Only behind `keepBase`. */
export const baseFor = ({ locals }: Response): string => locals['base']

/** The host of `BOARD_URL`, if that is set. Only behind `keepBase`. */
export const publicHost = ({ locals }: Response): string | undefined => locals['host']
