// Preloaded in processes of a coverage run: SIGUSR2 is SIGKILL to them, after V8's counts are on disk.
import { takeCoverage } from 'node:v8'

process.on('SIGUSR2', () => {
  takeCoverage()
  process.kill(process.pid, 'SIGKILL')
})
