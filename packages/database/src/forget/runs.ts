import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { hashOf, stripeKey, userKey } from './keys.ts'
import { nobody, type Person, type Subject } from './person.ts'

/** Something that could not be erased: what it is, by its kind and key, and the code of the error. */
export interface Problem {
  what: string
  cause: string
}

export interface Run {
  id: bigint
  /** The keys that earlier runs have found. */
  person: Person
  /** Keeps the keys until the run has ended: a second one may not find them, because their links are erased. */
  keep(person: Person): Promise<void>
}

const subjectHash = (subject: Subject): string =>
  hashOf('user' in subject ? userKey(subject.user) : stripeKey(subject.account, subject.customer))

/** Goes on with the last run of this subject if that has not ended. */
export async function beginRun(pool: Pool, subject: Subject, operator: string): Promise<Run> {
  const { forgetRun: runs } = prismaOf(pool)
  const keyHash = subjectHash(subject)
  const open = await runs.findFirst({ where: { keyHash, finishedAt: null }, orderBy: { id: 'desc' } })
  const { id } = open ?? (await runs.create({ data: { keyHash, operator } }))
  return {
    id,
    person: { ...nobody(), ...(open?.keys as Partial<Person> | null) },
    keep: async (person) =>
      void (await pool.query('UPDATE forget_runs SET keys = $2 WHERE id = $1', [
        id.toString(),
        JSON.stringify(person),
      ])),
  }
}

export interface RunEnd {
  isFinished: boolean
  erased: Record<string, number>
  problems: Problem[]
}

/** Records what was erased, by numbers alone. A finished run keeps no key. */
export async function endRun(pool: Pool, id: bigint, { isFinished, erased, problems }: RunEnd): Promise<void> {
  const { forgetRun: runs } = prismaOf(pool)
  const before = await runs.findUniqueOrThrow({ where: { id }, select: { erased: true } })
  const total = { ...(before.erased as Record<string, number>) }
  for (const [name, count] of Object.entries(erased)) total[name] = (total[name] ?? 0) + count
  const causes = [...new Set(problems.map(({ cause }) => cause))]
  await runs.update({ where: { id }, data: { erased: total, problems: causes } })
  if (isFinished)
    await pool.query('UPDATE forget_runs SET finished_at = now(), keys = NULL WHERE id = $1', [id.toString()])
}

/** Keys that an unfinished run has kept. */
export async function unfinishedPerson(pool: Pool, subject: Subject): Promise<Person> {
  const { forgetRun: runs } = prismaOf(pool)
  const open = await runs.findFirst({
    where: { keyHash: subjectHash(subject), finishedAt: null },
    orderBy: { id: 'desc' },
  })
  return { ...nobody(), ...(open?.keys as Partial<Person> | null) }
}
