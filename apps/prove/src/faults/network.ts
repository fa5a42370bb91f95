import type { Chaos } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import type { Network } from '../world/world.ts'
import { BUDGET } from './budgets.ts'

interface Spoilt extends Pick<Fault, 'id' | 'title' | 'seconds' | 'budgetSeconds'> {
  ways: (keyof Network)[]
  chaos: Chaos
}

const spoil = ({ ways, chaos, ...fault }: Spoilt): Fault => ({
  ...fault,
  spoilsNetwork: true,
  inject: async ({ network }) => {
    await Promise.all(ways.map((way) => network[way].set(chaos)))
    return async () => {
      await Promise.all(ways.map((way) => network[way].heal()))
    }
  },
})

export const network: Fault[] = [
  spoil({
    id: 'F15',
    title: 'Ingests do not reach Redis for 20 s',
    ways: ['ingestRedis'],
    chaos: 'refuse',
    seconds: 20,
    budgetSeconds: BUDGET.swept,
  }),
  spoil({
    id: 'F16',
    title: 'Workers do not reach Redis for 20 s',
    ways: ['workerRedis'],
    chaos: 'blackhole',
    seconds: 20,
    budgetSeconds: BUDGET.redisCut,
  }),
  spoil({
    id: 'F20',
    title: 'Redis is 5 ms away',
    ways: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 5, jitterMs: 2 },
    budgetSeconds: BUDGET.redisBack,
  }),
  spoil({
    id: 'F20b',
    title: 'Redis is 50 ms away',
    ways: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 50, jitterMs: 20 },
    budgetSeconds: BUDGET.redisBack,
  }),
  spoil({
    id: 'F20c',
    title: 'Redis is 500 ms away',
    ways: ['ingestRedis', 'workerRedis'],
    chaos: { latencyMs: 500, jitterMs: 100 },
    seconds: 10,
    budgetSeconds: BUDGET.swept,
  }),
  spoil({
    id: 'F28c',
    title: 'Workers do not reach Postgres for 15 s',
    ways: ['workerPostgres'],
    chaos: 'refuse',
    seconds: 15,
    budgetSeconds: BUDGET.postgresBack,
  }),
  spoil({
    id: 'F35',
    title: 'Postgres commits, and the worker never hears of it',
    ways: ['workerPostgres'],
    chaos: { loseAnswerTo: 'COMMIT' },
    seconds: 4,
    budgetSeconds: BUDGET.postgresBack,
  }),
  spoil({
    id: 'F35b',
    title: 'Postgres appends, and the ingest never hears of it',
    ways: ['ingestPostgres'],
    chaos: { loseAnswerTo: 'append_' },
    seconds: 4,
    budgetSeconds: BUDGET.postgresBack,
  }),
]
