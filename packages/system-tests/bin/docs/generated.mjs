import { chartValues } from './chart.mjs'
import { commands } from './commands.mjs'
import { environment } from './environment.mjs'
import { events } from './events.mjs'
import { hostMessages, hostMessageTable } from './host-messages.mjs'
import { hostTables } from './host-tables.mjs'
import { metrics } from './metrics.mjs'
import { tables } from './tables.mjs'

/** The generated parts of pages: the page, the name in its markers, and the text. Without a name it is the whole file. */
export const GENERATED = [
  { page: 'packages/runtime/README.md', name: 'environment', make: environment },
  { page: 'packages/runtime/README.md', name: 'metrics', make: metrics },
  { page: 'apps/cli/README.md', name: 'commands', make: commands },
  { page: 'docker/helm/sluice/README.md', name: 'values', make: chartValues },
  { page: 'packages/handlers/README.md', name: 'events', make: events },
  { page: 'packages/database/README.md', name: 'tables', make: tables },
  { page: 'packages/host/src/tables.ts', make: hostTables },
  { page: 'packages/host/src/messages.ts', make: hostMessages },
  { page: 'packages/host/README.md', name: 'messages', make: hostMessageTable },
]
