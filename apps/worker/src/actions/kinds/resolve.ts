import { changeGroupTo } from './change-group.ts'

export const resolve = changeGroupTo('resolved')
