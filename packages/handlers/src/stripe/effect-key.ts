export { effectKey } from '@sluice/events'
