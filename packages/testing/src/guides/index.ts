export { copyRepository } from './copy.ts'
export { follow } from './follow.ts'
export { type Block, blocksIn, commandOf, readGuide } from './guide.ts'
export { buildIn, jestIn, typeErrorsIn } from './run.ts'
