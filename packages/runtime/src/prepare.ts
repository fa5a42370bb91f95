import module from 'node:module'

/** Node 22 has it, and the types are those of Node 20: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir */
const { enableCompileCache } = module as { enableCompileCache?: () => unknown }

/**
 * Prepares a process before its code is loaded: stack traces name the source files that a bundle was made of, and later
 * starts find the code already compiled where Node can keep it.
 */
export function prepare(): void {
  process.setSourceMapsEnabled(true)
  enableCompileCache?.()
}
