import { prepare } from '@sluice/runtime/prepare'

prepare()
await import('#start')
