import { describe, expect, test } from '@jest/globals'
import type { BalanceMovement, DisputeFact } from '@sluice/events'
import fc from 'fast-check'
import { fundsOf } from '../../src/ledger/dispute-funds.ts'
import { type DisputeRegisters, disputeMerge } from '../../src/merges/dispute.ts'
import { dispute, movement } from '../facts.ts'
import { permutations } from '../merges/merge-laws.ts'

const registersAfter = (facts: DisputeFact[]): DisputeRegisters =>
  facts.map((fact) => disputeMerge.registersOf(fact)).reduce((a, b) => disputeMerge.join(a, b))

/** The amounts of all withdrawals and reinstatements, `+` and the fee where there is one. The same in every order. */
function movesAfter(...facts: DisputeFact[]): [withdrawn: string, reinstated: string] {
  const results = permutations(facts).map((order) => {
    const { withdrawn, reinstated } = fundsOf(registersAfter([...order, ...order]))
    return [withdrawn, reinstated].map((moves) =>
      moves.map(({ amount, fee }) => (fee === 0 ? `${amount}` : `${amount}+${fee}`)).join(' '),
    )
  })
  for (const result of results) expect(result).toEqual(results[0])
  return results[0] as [string, string]
}

const OUT = movement(-1_000, 1_500)
const BACK = movement(1_000)
const withdrawn = (second: number, status: string, fact: Partial<DisputeFact> = {}) =>
  dispute(second, status, { funds: 'withdrawn', ...fact })
const reinstated = (second: number, status: string, fact: Partial<DisputeFact> = {}) =>
  dispute(second, status, { funds: 'reinstated', ...fact })

describe('by statuses alone', () => {
  test.each<[string, string[], string, string]>([
    ['an open dispute moves nothing', ['needs_response', 'under_review'], '', ''],
    ['an inquiry moves nothing', ['warning_needs_response', 'warning_under_review', 'warning_closed'], '', ''],
    ['a prevented dispute moves nothing', ['prevented'], '', ''],
    [
      'an appeal moves nothing before it is decided',
      ['lost', 'appeal_needs_response', 'appeal_under_review'],
      '1000',
      '',
    ],
    ['a lost dispute is withdrawn', ['needs_response', 'lost'], '1000', ''],
    ['a dispute that was only won moves nothing', ['needs_response', 'won'], '', ''],
    ['a dispute that was lost and won is reinstated', ['lost', 'won'], '1000', '1000'],
    ['a dispute that is lost, won and lost', ['lost', 'won', 'lost'], '1000 1000', '1000'],
    ['a dispute that is lost and won twice', ['lost', 'won', 'lost', 'won'], '1000 1000', '1000 1000'],
    ['a status that repeats moves nothing again', ['lost', 'lost', 'won', 'won'], '1000', '1000'],
    ['a dispute won for a refunded charge, before 2014', ['lost', 'charge_refunded'], '1000', '1000'],
  ])('%s', (_what, statuses, out, back) => {
    expect(movesAfter(...statuses.map((status, index) => dispute(index, status)))).toEqual([out, back])
  })

  test('in one second, the ranks of the statuses decide', () => {
    expect(movesAfter(dispute(1, 'lost'), dispute(2, 'won'), dispute(2, 'lost'))).toEqual(['1000 1000', '1000'])
  })
})

describe('by the types of events', () => {
  test('money is withdrawn while the dispute is open, and not again when it is lost', () => {
    expect(movesAfter(withdrawn(1, 'needs_response'), dispute(2, 'lost'))).toEqual(['1000', ''])
  })

  test('money is reinstated once, though it is won as well', () => {
    expect(movesAfter(withdrawn(1, 'needs_response'), dispute(9, 'won'), reinstated(9, 'won'))).toEqual([
      '1000',
      '1000',
    ])
  })

  test('all of it may happen within a second, and be rendered late', () => {
    const [out, back] = [withdrawn(1, 'won'), reinstated(1, 'won')]
    expect(movesAfter(dispute(1, 'needs_response'), out, dispute(1, 'won'), back)).toEqual(['1000', '1000'])
  })

  test('an inquiry moves nothing, whatever the type says', () => {
    expect(movesAfter(withdrawn(1, 'warning_needs_response'), reinstated(2, 'warning_closed'))).toEqual(['', ''])
  })

  test('an inquiry that becomes a dispute is withdrawn', () => {
    expect(movesAfter(dispute(1, 'warning_needs_response'), withdrawn(2, 'needs_response'))).toEqual(['1000', ''])
  })
})

describe('by the movements that events name', () => {
  test('the fee is known, and the movement happens once however many events name it', () => {
    const named = { movements: [OUT] }
    expect(movesAfter(withdrawn(1, 'needs_response', named), dispute(2, 'lost', named))).toEqual(['1000+1500', ''])
    expect(movesAfter(dispute(2, 'lost'), withdrawn(3, 'lost', named))).toEqual(['1000+1500', ''])
  })

  test('the fee may come back', () => {
    const all = { movements: [OUT, movement(1_000, -1_500)] }
    const facts = [withdrawn(1, 'needs_response', { movements: [OUT] }), dispute(2, 'won'), reinstated(3, 'won', all)]
    expect(movesAfter(...facts)).toEqual(['1000+1500', '1000+-1500'])
  })

  test('one event names all of them', () => {
    expect(movesAfter(dispute(1, 'won', { movements: [OUT, BACK] }))).toEqual(['1000+1500', '1000'])
  })

  test('those with ids are told apart, equal or not', () => {
    const [one, two] = [movement(-1_000, 1_500, { id: 'txn_1' }), movement(-1_000, 1_500, { id: 'txn_2' })]
    const back = movement(1_000, 0, { id: 'txn_3' })
    const facts = [
      withdrawn(1, 'needs_response', { movements: [one] }),
      reinstated(2, 'won', { movements: [one, back] }),
      withdrawn(3, 'lost', { movements: [one, back, two] }),
    ]
    expect(movesAfter(...facts)).toEqual(['1000+1500 1000+1500', '1000'])
  })

  test('equal ones without ids are told apart by the events that each is about', () => {
    const facts = [
      withdrawn(1, 'needs_response', { movements: [OUT] }),
      reinstated(2, 'won', { movements: [BACK] }),
      withdrawn(3, 'lost', { movements: [OUT] }),
    ]
    expect(movesAfter(...facts)).toEqual(['1000+1500 1000+1500', '1000'])
    const listed = { movements: [OUT, BACK, OUT] }
    expect(movesAfter(...facts, dispute(4, 'lost', listed))).toEqual(['1000+1500 1000+1500', '1000'])
  })

  test('a part of the payment is disputed', () => {
    expect(movesAfter(withdrawn(1, 'needs_response', { movements: [movement(-250, 1_500)] }))).toEqual(['250+1500', ''])
  })

  test('a fee alone is no withdrawal of the payment', () => {
    const facts = [
      withdrawn(1, 'needs_response', { movements: [OUT] }),
      dispute(2, 'under_review', { movements: [OUT, movement(0, 500)] }),
    ]
    expect(movesAfter(...facts, dispute(3, 'lost'))).toEqual(['1000+1500 0+500', ''])
  })

  test('one in the currency of the balance counts with the amount of the dispute', () => {
    const inPounds = movement(-790, 1_200, { id: 'txn_1', currency: 'gbp' })
    const { withdrawn: moves } = fundsOf(registersAfter([withdrawn(1, 'needs_response', { movements: [inPounds] })]))
    expect(moves).toEqual([{ amount: 1_000, fee: 1_200, feeCurrency: 'gbp' }])
  })
})

test('registers of version 1 give the movements that it booked', () => {
  const [lost, won] = [registersAfter([dispute(1, 'lost')]), registersAfter([dispute(2, 'won')])]
  const { moments, movements, ...former } = won
  const stored: DisputeRegisters = { ...former, firstLost: lost.latest, lastWon: won.latest }
  expect(fundsOf(stored)).toMatchObject({ withdrawn: [{ amount: 1_000 }], reinstated: [{ amount: 1_000 }] })
  const again = disputeMerge.join(stored, disputeMerge.registersOf(dispute(3, 'lost')))
  expect(fundsOf(again)).toMatchObject({ withdrawn: [{}, {}], reinstated: [{}] })
})

test('more facts never take a movement away', () => {
  const some = fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('needs_response', 'won', 'lost'),
        fc.record({
          funds: fc.constantFrom(null, 'withdrawn' as const, 'reinstated' as const),
          movements: fc.constantFrom<BalanceMovement[]>([], [OUT], [OUT, BACK], [movement(-5, 0, { id: 'txn_1' })]),
        }),
      )
      .map((said) => dispute(...said)),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(some, some, (facts, more) => {
      const [before, after] = [fundsOf(registersAfter(facts)), fundsOf(registersAfter([...facts, ...more]))]
      expect(after.withdrawn.length).toBeGreaterThanOrEqual(before.withdrawn.length)
      expect(after.reinstated.length).toBeGreaterThanOrEqual(before.reinstated.length)
    }),
    { numRuns: 2_000 },
  )
})
