import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { EnvironmentError } from '@sluice/runtime/environment'
import { hashPassword, isPassword, isPasswordHash } from '@sluice/runtime/password'

export const PERSON_ROLES = ['viewer', 'operator', 'admin'] as const

/** Somebody who may sign in. */
export interface Person {
  user: string
  role: (typeof PERSON_ROLES)[number]
}

export interface Credentials {
  user: string
  password: string
}

export interface People {
  /** The person, where it is known without work; undefined if it has to be verified. */
  recall(credentials: Credentials): Person | undefined
  /** Null if the name or the password is wrong. */
  verify(credentials: Credentials): Promise<Person | null>
}

interface HashedPerson extends Person {
  hash: string
}

/** Bounds the memory of verified credentials. */
const REMEMBERED_MAX = 100

/**
 * Those who may sign in: the one of `BOARD_USER`, and those of the file. A password that was right is remembered, as a
 * digest under a key of this process, because a script sends it with every request and hashing it takes long.
 */
export function createPeople(single: Credentials | undefined, hashed: readonly HashedPerson[] = []): People {
  const key = randomBytes(32)
  const remembered = new Map<string, Person>()
  const digestOf = ({ user, password }: Credentials) =>
    createHmac('sha256', key)
      .update(JSON.stringify([user, password]))
      .digest('base64')
  const nobody = hashPassword(randomBytes(16).toString('hex'))

  return {
    recall(credentials) {
      if (single && isSame(credentials, single)) return { user: single.user, role: 'operator' }
      return remembered.get(digestOf(credentials))
    },
    async verify(credentials) {
      const known = this.recall(credentials)
      if (known || hashed.length === 0) return known ?? null
      const found = hashed.find(({ user }) => user === credentials.user)
      // An unknown name takes as long as a known one.
      const isRight = await isPassword(credentials.password, found?.hash ?? (await nobody))
      if (!found || !isRight) return null
      const person = { user: found.user, role: found.role }
      remembered.set(digestOf(credentials), person)
      for (const digest of [...remembered.keys()].slice(0, -REMEMBERED_MAX)) remembered.delete(digest)
      return person
    },
  }
}

/** Always compares both parts, as digests of equal length, so that timing reveals nothing. */
function isSame(given: Credentials, expected: Credentials): boolean {
  const user = timingSafeEqual(digest(given.user), digest(expected.user))
  const password = timingSafeEqual(digest(given.password), digest(expected.password))
  return user && password
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * The people in the file of `BOARD_USERS`: a line `name:role:hash` each. Empty lines, and lines that begin with `#`, are
 * comments.
 *
 * @throws EnvironmentError that names the first invalid line
 */
export function parsePeople(text: string): HashedPerson[] {
  const people = text.split(/\r?\n/).flatMap((line, index) => parseLine(line.trim(), index + 1) ?? [])
  const [repeated] = people.filter(({ user }, index) => people.findIndex((other) => other.user === user) < index)
  if (repeated) throw new EnvironmentError(`BOARD_USERS must name ${repeated.user} once`)
  return people
}

function parseLine(line: string, number: number): HashedPerson | null {
  if (line === '' || line.startsWith('#')) return null
  const [, user, role, hash] = /^([^:\s]{1,64}):([a-z]+):(.+)$/.exec(line) ?? []
  const known = PERSON_ROLES.find((name) => name === role)
  if (user && known && hash && isPasswordHash(hash)) return { user, role: known, hash }
  throw new EnvironmentError(`BOARD_USERS must have name:role:hash in line ${number}, as sluice board-user prints it`)
}
