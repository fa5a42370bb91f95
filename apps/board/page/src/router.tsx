import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router'
import { BASE } from './base.ts'
import { Failed } from './failed.tsx'
import * as events from './routes/events.tsx'
import * as operation from './routes/operation.tsx'
import * as people from './routes/people.tsx'
import { root } from './routes/root.tsx'
import * as state from './routes/state.tsx'

export const router = createRouter({
  routeTree: root.addChildren({ ...events, ...people, ...state, ...operation }),
  basepath: BASE || '/',
  scrollRestoration: true,
  defaultErrorComponent: Failed,
  // Ids stay as they are: a user may be called 42 or true.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
