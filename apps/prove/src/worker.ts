// The worker with three changes: files come from the stand-in for Replicate's host, some event types harm the process, and
// documents of some customers harm the thread that makes them.
import { decide } from '@sluice/handlers'
import { readEnvironment, startWorker } from '@sluice/worker'

const poison: Record<string, () => unknown> = {
  'poison.kills': () => process.kill(process.pid, 'SIGKILL'),
  'poison.blocks': () => {
    for (;;);
  },
  'poison.overflows': function overflow(): unknown {
    return [overflow()]
  },
  'poison.throws': () => {
    throw new TypeError('poison')
  },
}

const [host = '', port] = (process.env['PROVE_FILES_AT'] ?? '').split(':')

await startWorker(
  readEnvironment(),
  (event) => {
    poison[event.type]?.()
    return decide(event)
  },
  {
    network: {
      ca: process.env['PROVE_FILES_CA'] ?? '',
      lookup: async () => [{ address: '34.120.0.1' }], // any public address: connectTo decides where requests go
      connectTo: () => ({ host, port: Number(port) }),
    },
    documentThread: new URL('./document-thread.js', import.meta.url),
  },
)
