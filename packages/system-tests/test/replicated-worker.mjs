// The worker as it is, but for where Replicate's hosts are: at a stand-in, which has neither their addresses nor port 443.
import { decide } from '@sluice/handlers'
import { readEnvironment, startWorker } from '@sluice/worker'

const { TEST_REPLICATE_CA: ca, TEST_REPLICATE_PORT: port } = process.env

await startWorker(readEnvironment(), decide, {
  ca,
  lookup: async () => [{ address: '34.120.0.1' }],
  connectTo: () => ({ host: '127.0.0.1', port: Number(port) }),
})
