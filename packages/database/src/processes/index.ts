export { type ProcessDetails, type ReportedFinding, SecretInUse, WorkerLoad } from './details.ts'
export { createProcessReports, type ProcessReports } from './report.ts'
export { deleteOldReports, examinedAt } from './upkeep.ts'
