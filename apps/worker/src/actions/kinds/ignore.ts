import { changeGroupTo } from './change-group.ts'

export const ignore = changeGroupTo('ignored')
