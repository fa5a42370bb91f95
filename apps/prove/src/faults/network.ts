import type { Chaos } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import type { StoreLinks } from '../stack/stack.ts'
import { BUDGET } from './budgets.ts'

interface NetworkFault extends Pick<Fault, 'id' | 'title' | 'seconds' | 'budgetSeconds'> {
  links: (keyof StoreLinks)[]
  chaos: Chaos
}

const networkFault = ({ links, chaos, ...fault }: NetworkFault): Fault => ({
  ...fault,
  usesProxies: true,
  inject: async (context) => {
    await Promise.all(links.map((link) => context.links[link].set(chaos)))
    return async () => {
      await Promise.all(links.map((link) => context.links[link].heal()))
    }
  },
})

export const network: Fault[] = [
  networkFault({
    id: 'F15',
    title: 'Ingests do not reach Redis for 20 s',
    links: ['ingestRedis'],
    chaos: 'refuse',
    seconds: 20,
    budgetSeconds: BUDGET.swept,
  }),
  networkFault({
    id: 'F16',
    title: 'Workers do not reach Redis for 20 s',
    links: ['workerRedis'],
    chaos: 'blackhole',
    seconds: 20,
    budgetSeconds: BUDGET.redisCut,
  }),
  networkFault({
    id: 'F20',
    title: 'Redis is 5 ms away',
    links: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 5, jitterMs: 2 },
    budgetSeconds: BUDGET.redisBack,
  }),
  networkFault({
    id: 'F20b',
    title: 'Redis is 50 ms away',
    links: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 50, jitterMs: 20 },
    budgetSeconds: BUDGET.redisBack,
  }),
  networkFault({
    id: 'F20c',
    title: 'Redis is 500 ms away',
    links: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 500, jitterMs: 100 },
    seconds: 10,
    budgetSeconds: BUDGET.swept,
  }),
  networkFault({
    id: 'F28c',
    title: 'Workers do not reach Postgres for 15 s',
    links: ['workerPostgres'],
    chaos: 'refuse',
    seconds: 15,
    budgetSeconds: BUDGET.postgresBack,
  }),
  networkFault({
    id: 'F35',
    title: 'Postgres commits, and the worker never hears of it',
    links: ['workerPostgres'],
    chaos: { loseAnswerTo: 'COMMIT' },
    seconds: 4,
    budgetSeconds: BUDGET.postgresBack,
  }),
  networkFault({
    id: 'F35b',
    title: 'Postgres appends, and the ingest never hears of it',
    links: ['ingestPostgres'],
    chaos: { loseAnswerTo: 'append_' },
    seconds: 4,
    budgetSeconds: BUDGET.postgresBack,
  }),
]
