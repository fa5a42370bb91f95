import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { scramVerifier } from '../src/lib/scram.ts'

/** Checks a login against a verifier as a server does: https://datatracker.ietf.org/doc/html/rfc5802#section-3 */
function opens(verifier: string, password: string): boolean {
  const [, iterations, salt, stored, server] = /^SCRAM-SHA-256\$(\d+):(.+)\$(.+):(.+)$/.exec(verifier) ?? []
  const salted = pbkdf2Sync(password, Buffer.from(salt ?? '', 'base64'), Number(iterations), 32, 'sha256')
  const keyed = (name: string) => createHmac('sha256', salted).update(name).digest()
  const client = createHash('sha256').update(keyed('Client Key')).digest('base64')
  return client === stored && keyed('Server Key').toString('base64') === server
}

test('a verifier opens to its password alone, and does not hold it', () => {
  const verifier = scramVerifier('correct horse')
  expect(opens(verifier, 'correct horse')).toBe(true)
  expect(opens(verifier, 'correct horsE')).toBe(false)
  expect(verifier).not.toContain('correct')
})

test('a verifier of one salt is the same everywhere: https://datatracker.ietf.org/doc/html/rfc7677#section-3', () => {
  expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
})

test('the same password has another verifier each time', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'))
})
