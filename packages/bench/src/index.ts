export { type BenchOptions, bench, type Report } from './bench.ts'
export { markdown } from './markdown.ts'
export { README, writeInto } from './write-into.ts'
