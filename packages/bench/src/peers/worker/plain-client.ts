import { readFileSync } from 'node:fs'
import pg from 'pg'
import { CONNECTIONS } from '../../plan.ts'
import type { Order } from './bare-sql.ts'

/** Stands in for pgbench where it is not installed: the same prepared statements, one transaction per event. */
const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Order
const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: order.url }))
await Promise.all(clients.map((client) => client.connect()))
const startedAt = performance.now()
let next = order.first

await Promise.all(
  clients.map(async (client) => {
    while (next < order.first + order.count) {
      next += 1
      await settle(client, next - 1)
    }
  }),
)
console.log(`tps = ${(order.count * 1000) / (performance.now() - startedAt)}`)
await Promise.all(clients.map((client) => client.end()))

async function settle(client: pg.Client, row: number): Promise<void> {
  await client.query('BEGIN')
  const { rows } = await client.query<{ key: string }>({ name: 'claim', text: order.claim, values: [row] })
  if (!rows[0]) throw new Error(`row ${row} cannot be claimed`)
  for (const [index, text] of order.statements.entries()) {
    await client.query({ name: `write_${index}`, text, values: [rows[0].key, row] })
  }
  await client.query({ name: 'finish', text: order.finish, values: [row] })
  await client.query('COMMIT')
}
