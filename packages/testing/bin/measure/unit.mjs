// Defines unit tests for `pnpm coverage`, and the sources that they must cover.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reaches } from './reaches.mjs'

const STARTER_IMPORT = /import \{[^}]*\b(with|start)[A-Z][^}]*\} from/
const OUTSIDE_IMPORT = /from '(@sluice\/dev-services|pg|ioredis|bullmq|node:child_process)'/
const IMPORT_BESIDE = /from '(\.\.?\/[^']+)'/g

/** A source that imports even the types of these works on a store or a server. */
const STORES = /^(pg|ioredis|bullmq|rate-limiter-flexible|express|nodemailer|@(prisma|bull-board|aws-sdk)\/.*)$/
/** A source may import the types of these. */
const OUTSIDE = /^node:(http|https|http2|net|tls|dgram|dns|fs|child_process)(\/.*)?$/

/** Code that reaches outside without such an import, as Stripe's client does. */
const OUTSIDE_CALL = /(?<![\w.])(fetch|new Stripe|process\.(exit|kill|on|once))\(/

/**
 * A unit test starts nothing: neither it nor a file of the tests that it imports takes a helper `with…` or `start…`
 * (they start stores, apps and stand-ins), the client of a store, or `node:child_process`.
 */
export function isUnitTest(file, seen = new Set()) {
  if (seen.has(file) || !file.includes('/test/')) return true
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  if (STARTER_IMPORT.test(text) || OUTSIDE_IMPORT.test(text)) return false
  return [...text.matchAll(IMPORT_BESIDE)].every(([, path]) => isUnitTest(join(dirname(file), path), seen))
}

/**
 * A source is for unit tests to cover when it can do nothing to the world outside: no import of its own leads to a
 * store, the network, files or processes, however many files away, and none of these calls `fetch` or `new Stripe`,
 * ends or signals a process, or waits for a signal.
 */
export const isPure = (source) =>
  !reaches(
    source,
    (name, typesOnly) => STORES.test(name) || (OUTSIDE.test(name) && !typesOnly),
    (text) => OUTSIDE_CALL.test(text),
  )
