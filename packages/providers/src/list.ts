// Every sender whose webhooks are accepted: a line each. See "Add a provider" in the README of this package.
export { replicate } from './replicate/index.ts'
export { stripe } from './stripe/index.ts'
