import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { runTraining } from '../../server/src/cli/model-python.ts'
import { newFolder } from './vireo.ts'

/** Runs a program as scripts/python.mjs runs Python: as its child, waiting for nothing else. Its folder is the last argument. */
function launcherOf(program: string): { launcher: string; folder: string } {
  const folder = newFolder()
  const [launcher, file] = [join(folder, 'launcher.mjs'), join(folder, 'program.mjs')]
  writeFileSync(file, `import { writeFileSync } from 'node:fs'\nconst folder = ${JSON.stringify(folder)}\n${program}`)
  writeFileSync(
    launcher,
    `import { spawnSync } from 'node:child_process'
    const { status } = spawnSync(process.execPath, [${JSON.stringify(file)}, ...process.argv.slice(2)], { stdio: 'inherit' })
    process.exitCode = status ?? 1`,
  )
  return { launcher, folder }
}

test('the training is given its arguments, and its last line and exit code come back', async () => {
  const { launcher } = launcherOf("console.log('epoch 1'); console.log(process.argv.slice(2).join(' ')); process.exitCode = 7")
  const ended = await runTraining(['train', '--seed', '2'], new AbortController().signal, launcher)
  assert.deepEqual(ended, { code: 7, lastLine: '-m vireo_training train --seed 2' })
})

test('a signal reaches the training itself, which may clear up before the command ends', async () => {
  const { launcher, folder } = launcherOf(`
    process.on('SIGINT', () => setTimeout(() => { writeFileSync(folder + '/cleared', ''); process.exit(0) }, 200))
    setInterval(() => {}, 1_000)
    writeFileSync(folder + '/began', '')`)
  const stop = new AbortController()
  const running = runTraining(['train'], stop.signal, launcher)
  while (!existsSync(join(folder, 'began'))) await wait(20)
  stop.abort()
  await assert.rejects(running, { code: 'INTERRUPTED' })
  assert.ok(existsSync(join(folder, 'cleared')))
})
