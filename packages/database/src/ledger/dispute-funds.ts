import type { FundsDirection } from '@sluice/events'
import { type DisputeRegisters, directionOf, type KnownMovement, type Moment, momentsIn } from '../merges/dispute.ts'

/** One withdrawal or reinstatement; both amounts in the currency's minor unit. */
export interface FundsMovement {
  /** Positive in both directions, in the dispute's currency. */
  amount: number
  fee: number
  feeCurrency: string
}

export type Funds = Record<FundsDirection, FundsMovement[]>

/**
 * The movements of a dispute's money: those that its events name, and one more for each change of direction that no
 * named movement explains, because an event may come without its movements. More facts never take a movement away, so
 * the n-th entry of a direction stays the n-th.
 */
export function fundsOf(registers: DisputeRegisters): Funds {
  const turns = turnsOf(momentsIn(registers))
  const movements = registers.movements ?? []
  return {
    withdrawn: movementsIn('withdrawn', turns, movements, registers),
    reinstated: movementsIn('reinstated', turns, movements, registers),
  }
}

/** Moments in a row that name one direction. */
interface Turn {
  funds: FundsDirection
  moments: Moment[]
}

/** At first the money is with the merchant, so that a dispute that was only won moved none. */
function turnsOf(moments: Moment[]): Turn[] {
  const turns: Turn[] = []
  for (const moment of moments) {
    const last = turns.at(-1)
    if (moment.funds === (last?.funds ?? 'reinstated')) last?.moments.push(moment)
    else turns.push({ funds: moment.funds, moments: [moment] })
  }
  return turns
}

function movementsIn(
  direction: FundsDirection,
  turns: Turn[],
  movements: KnownMovement[],
  { latest: { contents } }: DisputeRegisters,
): FundsMovement[] {
  const turnsInDirection = turns.filter(({ funds }) => funds === direction)
  const listed = movements.filter(({ amount }) => amount !== 0 && directionOf(amount) === direction)
  const named = [...listed, ...repeatedIn(turnsInDirection, listed)].map(({ amount, fee, currency }) => ({
    amount: currency === contents.currency ? Math.abs(amount) : contents.amount,
    fee,
    feeCurrency: currency,
  }))
  const unexplained = { amount: contents.amount, fee: 0, feeCurrency: contents.currency }
  const missing = Math.max(0, turnsInDirection.length - named.length)
  const feesOnly = movements.filter(({ amount, fee }) => amount === 0 && directionOf(-fee) === direction)
  return [
    ...named,
    ...Array.from({ length: missing }, () => unexplained),
    ...feesOnly.map(({ fee, currency }) => ({ amount: 0, fee, feeCurrency: currency })),
  ]
}

/** Equal movements without an id are one movement, unless more turns than one name it. */
function repeatedIn(turns: Turn[], listed: KnownMovement[]): KnownMovement[] {
  const naming = countEach(turns.flatMap(({ moments }) => [...new Set(moments.map(({ movement }) => movement))]))
  const equal = countEach(listed.filter(({ key }) => key.includes('#')).map(contentsOf))
  return listed.flatMap((movement) => {
    const missing = (naming.get(movement.key) ?? 0) - (equal.get(contentsOf(movement)) ?? 0)
    return Array.from({ length: Math.max(0, missing) }, () => movement)
  })
}

const contentsOf = ({ key }: KnownMovement): string => key.split('#', 1)[0] ?? key

function countEach<T>(values: T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
