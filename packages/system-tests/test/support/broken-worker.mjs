// The worker as it is, with the broken handlers that BROKEN names.
import { register } from 'node:module'
import { readEnvironment, startWorker } from '@sluice/worker'

register('./typescript-loader.mjs', import.meta.url)
const { BROKEN_HANDLERS } = await import('./broken-handlers.ts')

const decide = BROKEN_HANDLERS[process.env.BROKEN]
if (!decide) throw new Error(`there is no bug named ${process.env.BROKEN}`)
await startWorker(readEnvironment(), decide)
