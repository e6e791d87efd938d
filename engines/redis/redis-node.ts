import { connect } from 'node:net'
import { join } from 'node:path'
import type { Command } from '../engine.ts'
import { need } from '../programs.ts'

export const needRedis = () => need('redis-server', '--version', 'Redis', 'Install it (Debian: apt-get install redis-server).')

/** How a Redis is run: every acknowledged write is on disk, so that a crash loses none. */
export function redisNode(folder: string, name: string, port: number, password: string, extra: readonly string[] = []): Command {
  const data = join(folder, name)
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', data, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
  return { name, program: 'redis-server', args: [...args, '--requirepass', password, '--masterauth', password, ...extra] }
}

/** What a Redis answers to a command; undefined where it does not answer with a line. */
export function ask(address: string, password: string, command: string): Promise<string | undefined> {
  const [host, port] = address.split(':') as [string, string]
  return new Promise((resolve) => {
    let said = ''
    const socket = connect({ host, port: Number(port), timeout: 1_000 }, () => socket.write(`AUTH ${password}\r\n${command}\r\nQUIT\r\n`))
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    socket.on('timeout', () => socket.destroy()).on('error', () => undefined)
    // The first line answers AUTH, the last QUIT.
    socket.on('close', () =>
      resolve(
        said.startsWith('+OK\r\n')
          ? said
              .slice(5)
              .replace(/\+OK\r\n$/, '')
              .trim()
          : undefined,
      ),
    )
  })
}
