export type { Fault } from './fault.ts'
export { FAULTS } from './faults/index.ts'
export { type ProveOptions, prove } from './prove.ts'
export type { Row } from './row.ts'
