export { type ProcessDetails, type ReportedFinding, SecretInUse, WorkerLoad } from './details.ts'
export { deleteOldReports, examinedAt } from './kept-reports.ts'
export { createProcessReports, type ProcessReports } from './report.ts'
