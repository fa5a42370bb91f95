import { metrics as ours } from '../../../runtime/dist/metrics.js'
import { code, table } from './markdown.mjs'

/** Every metric of ours. Those of Node and the process itself are the usual ones of prom-client. */
export function metrics() {
  const rows = Object.values(ours)
    .filter((metric) => 'help' in metric)
    .map(({ name, help, labelNames, constructor: type }) => [
      code(name),
      type.name.toLowerCase(),
      labelNames.map(code).join(', '),
      help,
    ])
  return table(['metric', 'type', 'labels', 'meaning'], rows)
}
