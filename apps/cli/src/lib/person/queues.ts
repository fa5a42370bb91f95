import { type ExternalStores, objectKeys } from '@sluice/database/forget'
import { erasePerson } from '@sluice/queue'
import { queueStoreOf, type Settings } from '../settings.ts'

/** Takes a person out of the queues and the cache. */
export function queuesOf(settings: Settings): ExternalStores['eraseQueues'] {
  const store = queueStoreOf(settings)
  return (person) => {
    const keys = new Set(objectKeys(person))
    const customers = new Set(person.customers.map(({ id, account }) => `${account ?? ''} ${id}`))
    return erasePerson(store, {
      isTheirs: ({ account, customerId, orderingKey }) =>
        keys.has(orderingKey) || customers.has(`${account ?? ''} ${customerId}`),
      userIds: person.users,
    })
  }
}
