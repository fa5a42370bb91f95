import { passwordOf, type User } from './passwords.ts'

/**
 * How Redis must run, here and in docker/compose.yml: every write is on disk before it is acknowledged, and nothing is
 * evicted, because queues are not a cache. It takes no snapshots: the append-only file has everything, and after a
 * snapshot that fails Redis would refuse all writes.
 */
export const REDIS_SETTINGS = {
  save: '',
  appendonly: 'yes',
  appendfsync: 'always',
  // A rewrite takes a core for a second, and short-lived jobs grow the file by megabytes a second.
  'auto-aof-rewrite-min-size': '256mb',
  'maxmemory-policy': 'noeviction',
}

/** Keys with this name, on a single Redis and in the shards of a Cluster. @param rule `~`, or `%R~` for reading alone */
const keys = (prefix: string, name: string, rule = '~') => [`${rule}${prefix}:${name}`, `${rule}{${prefix}-*}:${name}`]

const words = (text: string) => text.trim().split(/\s+/)

/** A connection, a script, and the description of a queue that BullMQ writes when it opens one. */
const CONNECT = words(`-@all +auth +hello +ping +info +select +quit +client|setname +client|id
  +cluster|slots +cluster|info +readonly +eval +evalsha +script|load +multi +exec +hmset +hset`)

const READ = words(`+exists +get +hexists +hget +hgetall +hlen +hmget +lindex +llen +lpos +lrange +pttl +scan +scard
  +smembers +type +zcard +zcount +zrange +zrangebyscore +zrevrange +zrevrangebyscore +zscore +xlen`)

/**
 * Rights in Redis: rules of its ACL. Each process has its own user, because who can write to a queue can
 * disturb it.
 *
 * - ingest adds jobs of events, counts refused requests and claims the keys for its deployment
 * - the worker may do anything to Sluice’s own keys, delete `features:` of the host and publish what became of generations
 * - the board reads queues, and does what its buttons do: retry, promote, delete, pause, resume
 *
 * @param prefix of all keys: `QUEUE_PREFIX`
 */
export const redisUsers = (prefix: string): Readonly<Record<User, readonly string[]>> => ({
  sluice_ingest: [
    ...keys(prefix, 'webhook-events:*'),
    `~${prefix}:rejected:*`,
    ...keys(prefix, 'probe'),
    ...keys(prefix, 'owner*'),
    ...CONNECT,
    ...words(`+del +exists +expire +get +hget +hmget +incr +incrby +llen +lpos +lpush +lrange +persist +pttl +rpush +sadd +scard +set
      +xadd +zadd +zcard +zrange +zrem +zrevrangebyscore +zscore`),
  ],
  sluice_worker: words(
    `~${prefix}:* ~{${prefix}-* %W~features:* &${prefix}:* &generation:* +@all -@dangerous +info +client|list`,
  ),
  sluice_board: [
    ...['webhook-events', 'effects', 'maintenance', 'dead-letter'].flatMap((queue) => keys(prefix, `${queue}:*`)),
    ...keys(prefix, 'owner*', '%R~'),
    ...CONNECT,
    ...READ,
    ...words(`+client|list +del +hdel +incr +lpop +lpush +lrem +lset +ltrim +rename +rpop +rpush +sadd +srem +xadd
      +xtrim +zadd +zrem`),
  ],
})

/** The lines of a `redis.conf`. @param version of Redis, `7.0`: older ones lack parts of the rules */
export function configOf(
  settings: Record<string, string>,
  prefix: string,
  ownerPassword: string,
  version: number,
): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${quoted(value)}`)
  const users = Object.entries(redisUsers(prefix)).map(([user, rules]) =>
    ['user', user, 'on', `>${passwordOf(user, ownerPassword)}`, ...rules.flatMap((rule) => known(rule, version))]
      .map(quoted)
      .join(' '),
  )
  return `${[...lines, `requirepass ${ownerPassword}`, `masterauth ${ownerPassword}`, ...users].join('\n')}\n`
}

/** Rules for writing or reading alone came with 7.0, and those for channels with 6.2. */
function known(rule: string, version: number): string[] {
  if (/^%[RW]~/.test(rule) && version < 7) return [rule.slice(2)]
  if (rule.startsWith('&') && version < 6.2) return []
  return [rule]
}

const quoted = (text: string): string => JSON.stringify(text)
