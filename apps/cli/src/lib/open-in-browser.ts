import { spawn } from 'node:child_process'

/** Opens a file in the browser if a person watches and there is a screen. Failing to is no error. */
export function openInBrowser(file: string): void {
  const [command, ...args] = openerOf(process.platform)
  if (!process.stdout.isTTY || command === undefined) return
  const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true })
  opener.on('error', () => {}) // the path is printed
  opener.unref()
}

function openerOf(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : []
}
