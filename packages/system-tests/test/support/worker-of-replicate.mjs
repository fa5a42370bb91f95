// The worker with the hosts of Replicate at a stand-in, which has neither their addresses nor port 443.
// Some names resolve to other addresses, as an attacker with access to a zone could make them.
import { decide } from '@sluice/handlers'
import { readEnvironment, startWorker } from '@sluice/worker'

const { TEST_REPLICATE_CA: ca, TEST_REPLICATE_PORT: port } = process.env

const PUBLIC = '34.120.0.1'
const HOSTILE = {
  'private.replicate.delivery': () => ['10.0.0.1'],
  'loopback.replicate.delivery': () => ['127.0.0.1'],
  'metadata.replicate.delivery': () => ['169.254.169.254'],
  'mapped.replicate.delivery': () => ['::ffff:10.0.0.1'],
  'mixed.replicate.delivery': () => [PUBLIC, '192.168.0.1'],
  'rebinding.replicate.delivery': () => [asked++ === 0 ? PUBLIC : '127.0.0.1'],
}
let asked = 0

const network = {
  ca,
  lookup: async (name) => (HOSTILE[name]?.() ?? [PUBLIC]).map((address) => ({ address })),
  connectTo: () => ({ host: '127.0.0.1', port: Number(port) }),
}

await startWorker(readEnvironment(), decide, { network })
