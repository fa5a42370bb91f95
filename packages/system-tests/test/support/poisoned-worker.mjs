// The worker as it is, with three handlers more: each is what a bad handler, or a bad event, can do to a process.
import { decide } from '@sluice/handlers'
import { readEnvironment, startWorker } from '@sluice/worker'

const poison = {
  'poison.kills': () => process.kill(process.pid, 'SIGKILL'),
  'poison.blocks': () => {
    for (;;);
  },
  'poison.throws': () => {
    throw new TypeError('poison')
  },
}

await startWorker(readEnvironment(), (event) => {
  poison[event.type]?.()
  return decide(event)
})
