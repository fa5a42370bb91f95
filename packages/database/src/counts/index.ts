export { countMinutes } from './count-minutes.ts'
