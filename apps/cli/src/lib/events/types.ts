import { handledTypesOf } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import { print } from '../print.ts'

/** Prints the types of each provider that have a handler. */
export function printTypes({ json }: { json?: boolean }): void {
  const types = providers.map(({ name }) => ({ name, types: [...handledTypesOf(name)].sort() }))
  if (json) print(JSON.stringify(Object.fromEntries(types.map(({ name, types }) => [name, types]))))
  else for (const { name, types: all } of types) for (const type of all) print(`${name} ${type}`)
}
