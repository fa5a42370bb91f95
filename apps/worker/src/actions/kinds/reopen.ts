import { changeGroupTo } from './change-group.ts'

export const reopen = changeGroupTo('open')
