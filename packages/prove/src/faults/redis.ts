import type { Fault } from '../fault.ts'

const BACK_SECONDS = 3

export const redis: Fault[] = [
  {
    id: 'F12',
    title: 'Redis restarts',
    budgetSeconds: BACK_SECONDS,
    inject: async ({ redis }) => {
      await redis.stop()
      return () => redis.start()
    },
  },
]
