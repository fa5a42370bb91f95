import type { Health } from '../../api/types.ts'
import { State } from '../../parts/state.tsx'

const NAMES: Record<string, string> = { postgres: 'Postgres', redis: 'Redis' }

/** Things to look at while a store is out. */
const ADVICE: Record<string, string> = {
  postgres:
    'Events are taken and wait in Redis. Look whether Postgres runs, whether its disk is full, and whether BOARD_DATABASE_URL is right.',
  redis:
    'Events are taken into Postgres, and are queued once Redis is back. Look whether Redis runs, and whether REDIS_URL is right.',
}

/** Each store as the board reaches it. */
export const Stores = ({ stores }: { stores: Health['stores'] }) => (
  <ul className="plain" aria-label="Stores">
    {stores.map(({ name, reason }) => (
      <li key={name}>
        <State of={reason === null ? 'answers' : 'out'} /> {NAMES[name] ?? name}
        {reason !== null && (
          <span className="below error">
            {reason}. {ADVICE[name]}
          </span>
        )}
      </li>
    ))}
  </ul>
)
