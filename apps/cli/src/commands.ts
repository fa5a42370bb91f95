import type { Command } from 'commander'

interface Entry {
  description: string
  /** Loads the file whose `define` adds arguments, options, help and action. */
  load(): Promise<{ define(command: Command): Command }>
}

/**
 * The commands of `sluice`, in the order of its help. A file is loaded only for its own command, because most files import
 * large libraries: the client of Postgres, Stripe's SDK, the e-mail templates.
 */
export const COMMANDS: Record<string, Entry> = {
  up: {
    description:
      'Run all of Sluice on this machine: stores, migrations, ingest, worker and board. Ctrl-C stops everything.',
    load: () => import('./up.ts'),
  },
  migrate: {
    description: 'Apply all migrations to DATABASE_URL and create the roles. Safe to repeat, also while apps run.',
    load: () => import('./commands/migrate.ts'),
  },
  send: {
    description: 'Sign an event, post it as its provider would, and print the result.',
    load: () => import('./commands/send.ts'),
  },
  example: {
    description: 'Run an example of a host application beside the Sluice that runs here.',
    load: () => import('./commands/example.ts'),
  },
  seed: {
    description: 'Send realistic events of many simulated customers and predictions, as the providers would.',
    load: () => import('./commands/seed.ts'),
  },
  events: {
    description: 'List events in the inbox, newest first.',
    load: () => import('./commands/events.ts'),
  },
  tail: {
    description: 'Print events as they arrive and as they end, until Ctrl-C.',
    load: () => import('./commands/tail.ts'),
  },
  find: {
    description: 'Find anything by its id, e-mail address, effect key or document number.',
    load: () => import('./commands/find.ts'),
  },
  payers: {
    description: 'List customers and guests who paid and belong to no user, latest payment first.',
    load: () => import('./commands/payers.ts'),
  },
  redrive: {
    description: 'Send dead letters back to the queue. Each effect still happens only once.',
    load: () => import('./commands/redrive.ts'),
  },
  replay: {
    description:
      'Process recorded events again: what they said before is withdrawn, what they say now takes its place.',
    load: () => import('./commands/replay.ts'),
  },
  reconcile: {
    description: 'Find provider events that are missing from the inbox.',
    load: () => import('./commands/reconcile.ts'),
  },
  import: {
    description: 'Bring in what a provider already has.',
    load: () => import('./commands/import.ts'),
  },
  host: {
    description: 'Test the messages to your application.',
    load: () => import('./commands/host.ts'),
  },
  listen: {
    description: 'Forward the messages of a running Sluice to your application on this machine, while you develop it.',
    load: () => import('./commands/listen.ts'),
  },
  ledger: {
    description: 'Check the ledger of payments.',
    load: () => import('./commands/ledger.ts'),
  },
  export: {
    description: 'Hand out what is held of a person, as JSON and files.',
    load: () => import('./commands/export.ts'),
  },
  forget: {
    description: 'Erase what is held of a person. Money stays, without the person.',
    load: () => import('./commands/forget.ts'),
  },
  emails: {
    description: 'Look at the e-mails that customers and staff get.',
    load: () => import('./commands/emails.ts'),
  },
  'board-user': {
    description: 'Make the line of a person for the file of BOARD_USERS.',
    load: () => import('./commands/board-user.ts'),
  },
  doctor: {
    description:
      'Check settings, stores, roles, migrations and clocks, and explain how to fix problems. Changes nothing.',
    load: () => import('./commands/doctor.ts'),
  },
  smoke: {
    description: 'Test a running deployment with test events, and remove them afterwards.',
    load: () => import('./commands/smoke.ts'),
  },
  completion: {
    description: 'Print a script that completes commands and options in bash, zsh or fish.',
    load: () => import('./commands/completion.ts'),
  },
  bench: {
    description:
      'Compare the speed of ingest and worker on this machine with other designs, and check that nothing is lost.',
    load: () => import('./commands/bench.ts'),
  },
}
