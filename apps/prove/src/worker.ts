// The worker as it is, led to the stand-in for Replicate's files, and with handlers for what poisons a process.
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
    ca: process.env['PROVE_FILES_CA'] ?? '',
    lookup: async () => [{ address: '34.120.0.1' }], // passes for public; nobody goes there
    connectTo: () => ({ host, port: Number(port) }),
  },
)
