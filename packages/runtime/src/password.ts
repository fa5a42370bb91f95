import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Parameters that OWASP recommends, of those the ones that need 32 MiB: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const LOG_COST = 15
const BLOCK_SIZE = 8
const PARALLEL = 3
const BYTES = 32

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

const hashOf = (password: string, salt: Buffer, logCost: number): Promise<Buffer> => {
  const N = 2 ** logCost
  return derive(password.normalize(), salt, BYTES, { N, r: BLOCK_SIZE, p: PARALLEL, maxmem: 256 * N * BLOCK_SIZE })
}

const FORM = /^\$scrypt\$ln=(1[4-9]|20),r=8,p=3\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** Whether a text is a hash that `hashPassword` made. */
export const isPasswordHash = (text: string): boolean => FORM.test(text)

/** A salted scrypt hash, as text in the PHC format: `$scrypt$ln=…,r=8,p=3$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await hashOf(password, salt, LOG_COST)
  return `$scrypt$ln=${LOG_COST},r=${BLOCK_SIZE},p=${PARALLEL}$${base64(salt)}$${base64(hash)}`
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, logCost, salt = '', hash = ''] = FORM.exec(stored) ?? []
  const expected = Buffer.from(hash, 'base64')
  const given = await hashOf(password, Buffer.from(salt, 'base64'), Number(logCost ?? LOG_COST))
  return given.length === expected.length && timingSafeEqual(given, expected)
}
