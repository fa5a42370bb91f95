import { type BookedCredit, baseKeyOf, type CreditAccount, type CreditEntry } from './entries.ts'

/** An entry that is to be inserted, by its lines. */
export interface NewCreditEntry extends Omit<CreditEntry, 'from' | 'to' | 'amount'> {
  /** The key of the entry that it corrects. */
  corrects: string | null
  /** Positive for a debit, negative for a credit; they add up to zero. */
  lines: { account: CreditAccount; amount: number }[]
}

type Place = Pick<CreditEntry, 'about' | 'userId' | 'startsAt' | 'expiresAt' | 'paymentId' | 'generationJobId'>

/**
 * The entries that turn what is booked into what is wanted: an entry that is not booked under its own key, and the
 * difference of one that is booked otherwise as `correction:<entry key>:<n>`. What is booked and not wanted is reversed.
 */
export function creditCorrections(wanted: CreditEntry[], booked: BookedCredit[]): NewCreditEntry[] {
  const wantedByKey = new Map(wanted.map((entry) => [entry.entryKey, entry]))
  const bookedByKey = new Map<string, BookedCredit[]>()
  for (const row of booked) {
    const key = baseKeyOf(row)
    bookedByKey.set(key, [...(bookedByKey.get(key) ?? []), row])
  }
  return [...new Set([...wantedByKey.keys(), ...bookedByKey.keys()])].flatMap((key) =>
    differencesOf(key, wantedByKey.get(key), bookedByKey.get(key) ?? []),
  )
}

function differencesOf(key: string, wanted: CreditEntry | undefined, booked: BookedCredit[]): NewCreditEntry[] {
  const differences = new Map<string, { place: Place; sums: Map<CreditAccount, number> }>()
  const add = (place: Place, account: CreditAccount, amount: number): void => {
    const name = JSON.stringify(Object.values(place))
    const difference = differences.get(name) ?? { place, sums: new Map() }
    difference.sums.set(account, (difference.sums.get(account) ?? 0) + amount)
    differences.set(name, difference)
  }
  for (const row of booked) add(placeOfRow(row), row.account, -row.amount)
  if (wanted) {
    add(placeOf(wanted), wanted.to, wanted.amount)
    add(placeOf(wanted), wanted.from, -wanted.amount)
  }
  let number = new Set(booked.flatMap(({ entry_key, corrects }) => (corrects ? [entry_key] : []))).size
  return [...differences.values()].flatMap(({ place, sums }) => {
    const lines = [...sums].flatMap(([account, amount]) => (amount === 0 ? [] : [{ account, amount }]))
    if (lines.length === 0) return []
    const isNew = booked.length === 0
    number += 1
    return [{ ...place, entryKey: isNew ? key : `correction:${key}:${number}`, corrects: isNew ? null : key, lines }]
  })
}

const placeOf = ({ about, userId, startsAt, expiresAt, paymentId, generationJobId }: Place): Place => ({
  ...{ about, userId, startsAt, expiresAt, paymentId, generationJobId },
})

const placeOfRow = (row: BookedCredit): Place => ({
  about: row.about,
  userId: row.user_id,
  startsAt: row.starts_at,
  expiresAt: row.expires_at,
  paymentId: row.payment_id,
  generationJobId: row.generation_job_id,
})
