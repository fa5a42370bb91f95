// The worker as it is, with the broken handlers that BROKEN names; or, as JSON, those of each event by its id.
import { register } from 'node:module'
import { readEnvironment, startWorker } from '@sluice/worker'

register('./typescript-loader.mjs', import.meta.url)
const { BROKEN_HANDLERS } = await import('./broken-handlers.ts')

const named = process.env.BROKEN ?? ''
const ofEvents = named.startsWith('{') ? JSON.parse(named) : undefined
const decide = ofEvents
  ? (event, settings) => BROKEN_HANDLERS[ofEvents[event.eventId]](event, settings)
  : BROKEN_HANDLERS[named]
if (!decide) throw new Error(`there is no bug named ${named}`)
await startWorker(readEnvironment(), decide)
