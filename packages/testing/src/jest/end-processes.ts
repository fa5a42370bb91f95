import { afterAll } from '@jest/globals'
import { endProcesses } from '../start-process.ts'

/** A test that fails before it ends its processes leaves none behind: the next one may need their ports. */
afterAll(endProcesses)
