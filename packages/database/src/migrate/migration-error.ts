import { SluiceError } from '@sluice/events'

/** The database could not be migrated. `message` says what to do. Nothing is half done: `migrate` may be repeated. */
export class MigrationError extends SluiceError {
  override readonly name = 'MigrationError'

  constructor(message: string, cause?: unknown) {
    super('migration_failed', message, { cause })
  }
}

/** Tells which statements the owner of the database has to run once, because this login may not. */
export const needsAdministrator = (statements: string[]): MigrationError =>
  new MigrationError(
    `This login may not do all that is needed. Have an administrator of the database run this once, then run sluice migrate again:\n${statements
      .map((statement) => `  ${statement};`)
      .join('\n')}`,
  )
