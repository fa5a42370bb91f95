import type { Command } from 'commander'
import { up } from './up/up.ts'

export const define = (command: Command): Command =>
  command.option('--json', 'print all addresses as one JSON object').action(up)
