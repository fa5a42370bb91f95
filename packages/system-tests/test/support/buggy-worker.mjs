// The worker as it is, with two handlers more: one has a bug, and the fact of the other makes its merge throw.
import { processed } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { readEnvironment, startWorker } from '@sluice/worker'

const bugs = {
  'bug.in_handler': () => {
    throw new TypeError('jane@example.com is not a function')
  },
  'bug.in_merge': () =>
    processed([
      {
        kind: 'customer',
        account: null,
        livemode: false,
        occurredAt: new Date(),
        get customerId() {
          throw new TypeError('jane@example.com is not iterable')
        },
      },
    ]),
}

await startWorker(readEnvironment(), (event) => bugs[event.type]?.() ?? decide(event))
